/// What must hold in a harness. Unlike `precondition`, it says in an optimised build what did not.
func expect(_ holds: Bool, _ otherwise: @autoclosure () -> String) {
    if !holds { fatalError(otherwise()) }
}
