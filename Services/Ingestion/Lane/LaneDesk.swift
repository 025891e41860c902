import NIOCore

/// Where a connection's handler hands its events in. Belongs to the connection's event loop and is used there alone.
protocol LaneDesk: AnyObject {
    /// Whether a request with this token may be taken at all, as far as is known without asking anybody.
    func knows(_ token: UnsafeBufferPointer<UInt8>) -> Bool

    /// Holds memory for a request that is arriving, if there is some left.
    func hold(_ bytes: Int) -> Bool

    /// Gives back what was held.
    func release(_ bytes: Int)

    /// Takes the event of a request that is there as a whole.
    ///
    /// - Parameter bytes: The request, and perhaps what follows it.
    /// - Returns: False where it is the router's affair; nothing has happened then. Else the handler will be given its
    ///   answer, later.
    func take(_ head: LaneHead, _ bytes: UnsafeRawBufferPointer, for handler: LaneHandler) -> Bool
}
