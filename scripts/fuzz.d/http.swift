import HTTP

/// The request parser and everything a handler asks of a request. What must hold is in `fuzzRequestParser`.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    fuzzRequestParser(Array(UnsafeBufferPointer(start: data, count: count)))
    return 0
}
