import JSON

/// Both readers and the writer. What must hold is in `fuzzJSONReader`.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    fuzzJSONReader(Array(UnsafeBufferPointer(start: data, count: count)))
    return 0
}
