import Models
import Notification
import Testing

@Suite struct WebhookReachTests {
    @Test(arguments: [
        ("93.184.215.14", true), ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", true), ("172.32.0.1", true),
        ("100.128.0.1", true), ("::ffff:93.184.215.14", true),
        // This machine, private networks, and the metadata of clouds.
        ("127.0.0.1", false), ("::1", false), ("10.1.2.3", false), ("172.16.0.1", false), ("172.31.255.255", false),
        ("192.168.1.1", false), ("100.64.0.1", false), ("169.254.169.254", false), ("fe80::1", false),
        ("fd00:ec2::254", false),
        // The same in other clothes.
        ("::ffff:169.254.169.254", false), ("64:ff9b::a9fe:a9fe", false), ("2002:a9fe:a9fe::1", false),
        ("::169.254.169.254", false),
        // What is no single host.
        ("0.0.0.0", false), ("::", false), ("224.0.0.1", false), ("255.255.255.255", false), ("ff02::1", false),
        ("2001:db8::1", false), ("192.0.2.1", false), ("240.0.0.1", false),
        // Kept for protocols, tests and documentation, to the edges of their ranges.
        ("192.0.0.170", false), ("192.88.99.1", false), ("198.18.0.0", false), ("198.19.255.255", false),
        ("198.20.0.0", true), ("198.51.100.1", false), ("203.0.113.1", false), ("2001::1", false),
        ("2001:1ff::1", false), ("2001:200::1", true), ("3fff::1", false),
    ])
    func `only public addresses are called`(text: String, isCalled: Bool) throws {
        #expect(try WebhookReach("none").mayCall(try #require(IPAddress(text))) == isCalled)
    }

    @Test func `an operator adds networks`() throws {
        let reach = try WebhookReach("10.20.0.0/15, fd00::/8,127.0.0.0/8")
        for (text, isCalled) in [
            ("10.20.0.1", true), ("10.21.255.255", true), ("10.22.0.0", false), ("fd12::1", true), ("fe80::1", false),
            ("127.0.0.1", true), ("::1", false), ("::ffff:127.0.0.1", true), ("8.8.8.8", true),
        ] {
            #expect(reach.mayCall(try #require(IPAddress(text))) == isCalled, "\(text)")
        }
    }

    @Test(arguments: ["", "10.0.0.0", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0/8", "fd00::/129", "10.0.0.0/8,", "all"])
    func `anything else is no network`(text: String) {
        #expect(throws: InvalidValue.self) { try WebhookReach(text) }
    }
}
