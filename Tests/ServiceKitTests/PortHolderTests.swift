import Testing

@testable import ServiceKit

@Suite struct PortHolderTests {
    /// Three sockets of a real table: one listens on 8080, one on 5432, and one is a connection from 8080.
    private let table = """
          sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
           0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 31337 1 0 100 0 0 10 0
           1: 00000000:1538 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4242 1 0 100 0 0 10 0
           2: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 999 1 0 20 4 30 10 -1
        """

    @Test func `only sockets that listen on the port count`() {
        #expect(PortHolder.listening(on: 8080, in: table) == ["31337"])
        #expect(PortHolder.listening(on: 5432, in: table) == ["4242"])
        #expect(PortHolder.listening(on: 80, in: table).isEmpty)
    }
}
