import Models
import Testing

/// The catalogue as a table, written from docs/events.md and not from the code: what tests run over.
struct CatalogueEntry: Sendable, CustomTestStringConvertible {
    struct Member: Sendable {
        let name: String
        let isRequired: Bool
        let good: [String]
        /// JSON of ill-typed values, and behind `@` where the pointer goes deeper than the member.
        let bad: [String]
    }

    let type: String
    let members: [Member]
    var testDescription: String { type }

    /// `data` with every member's first good value, some of them replaced.
    func data(_ changes: [String: String?] = [:], requiredOnly: Bool = false) -> String {
        let texts = members.compactMap { member -> String? in
            if let change = changes[member.name] { return change.map { "\"\(member.name)\":\($0)" } }
            return requiredOnly && !member.isRequired ? nil : "\"\(member.name)\":\(member.good[0])"
        }
        return "{\(texts.joined(separator: ","))}"
    }

    func event(_ data: String) -> String {
        #"{"specversion":"1.0","id":"1","source":"/t","type":"\#(type)","time":"2026-03-31T12:00:00Z","data":\#(data)}"#
    }
}

extension CatalogueEntry {
    private static func required(_ name: String, _ kind: Kind) -> Member { kind.member(name, isRequired: true) }
    private static func optional(_ name: String, _ kind: Kind) -> Member { kind.member(name, isRequired: false) }

    private struct Kind {
        let good: [String]
        let bad: [String]
        func member(_ name: String, isRequired: Bool) -> Member {
            Member(name: name, isRequired: isRequired, good: good, bad: bad)
        }

        static let id = Kind(
            good: [#""p-1""#, #"" ""#, "\"" + String(repeating: "x", count: 200) + "\""],
            bad: ["1", "true", "[]", "{}", #""""#, "\"" + String(repeating: "x", count: 201) + "\""])
        static let text = Kind(good: [#""some text""#, #""""#], bad: ["1", "false", "[]", "{}"])
        static let date = Kind(
            good: [#""2026-01-31""#],
            bad: ["20260131", "true", #""2026-02-30""#, #""2026-1-31""#, #""0000-01-01""#, #""2026-01-31T00:00:00Z""#])
        static let bool = Kind(good: ["true", "false"], bad: ["1", "0", #""true""#, "[]", "{}"])
        static let number = Kind(good: ["2.5", "0", "-3", "1e300"], bad: [#""2""#, "true", "false", "[]", "{}"])
        static let level = Kind(good: ["3", "0", "4", "2.5"], bad: [#""3""#, "true", "-0.1", "4.01", "[]"])
        static let context = Kind(good: [#""call""#, #"{"kind":"anything"}"#], bad: ["1", "true", "[]"])
        static let event = Kind(
            good: [#"{"source":"/x","id":"9"}"#, #"{"source":"/x","id":"9","more":1}"#],
            bad: [
                #""9""#, "[]", "1", #"{"id":"9"}@/source"#, #"{"source":"/x"}@/id"#, #"{"source":1,"id":"9"}@/source"#,
                #"{"source":"/x","id":null}@/id"#, #"{"source":"/x","id":""}@/id"#,
            ])
        static func choice(_ words: String...) -> Kind {
            Kind(
                good: words.map { "\"\($0)\"" },
                bad: [#""no such""#, #""\#(words[0].uppercased())""#, "1", "true", "{}"])
        }
    }

    static let all: [CatalogueEntry] = [
        CatalogueEntry(
            type: "onus.person.updated",
            members: [
                required("person", .id), required("effectiveFrom", .date), required("active", .bool),
                optional("manager", .id), optional("role", .id), optional("unit", .text), optional("name", .text),
                optional("email", .text), optional("timeZone", .text), optional("locale", .text),
            ]),
        CatalogueEntry(
            type: "onus.role.defined",
            members: [
                required("role", .id), required("effectiveFrom", .date),
                required(
                    "expectations",
                    Kind(
                        good: [#"[{"id":"e1","statement":"s","measure":"m"},{"id":"e2","statement":"s"}]"#, "[]"],
                        bad: [
                            "{}", #""e1""#, "1", "[1]@/0", #"[{"statement":"s"}]@/0/id"#,
                            #"[{"id":"e","statement":"s"},{"id":"e2"}]@/1/statement"#,
                            #"[{"id":"","statement":"s"}]@/0/id"#,
                            #"[{"id":"e","statement":"s","measure":1}]@/0/measure"#,
                        ])), optional("title", .text), optional("definedBy", .id),
            ]),
        CatalogueEntry(
            type: "onus.absence.recorded",
            members: [
                required("person", .id), required("from", .date),
                required(
                    "to",
                    Kind(
                        good: [#""2026-02-01""#, #""2026-01-31""#, #""2028-01-31""#],
                        bad: [#""2026-01-30""#, #""2028-02-01""#, "1", #""soon""#])), optional("kind", .text),
            ]),
        CatalogueEntry(
            type: "onus.expectation.acknowledged", members: [required("person", .id), required("role", .id)]),
        CatalogueEntry(
            type: "onus.gap.identified",
            members: [
                required("gap", .id), required("person", .id),
                required(
                    "cause",
                    .choice("knowledge", "skill", "will", "process", "tools", "role_fit", "leadership", "unknown")),
                optional("expectation", .id), optional("identifiedBy", .id), optional("summary", .text),
                optional(
                    "metric",
                    Kind(
                        good: [
                            #"{"name":"n","baseline":1,"target":2,"unit":"%"}"#,
                            #"{"name":"n","baseline":2,"target":-2.5}"#,
                        ],
                        bad: [
                            "1", "[]", "{}@/name", #"{"name":"n","target":2}@/baseline"#,
                            #"{"name":"n","baseline":2}@/target"#,
                            #"{"name":"n","baseline":2,"target":2.0}@/target"#,
                            #"{"name":"n","baseline":0,"target":-0.0}@/target"#,
                            #"{"name":"n","baseline":true,"target":2}@/baseline"#,
                            #"{"name":1,"baseline":1,"target":2}@/name"#,
                            #"{"name":"n","baseline":1,"target":2,"unit":5}@/unit"#,
                        ])),
            ]),
        CatalogueEntry(
            type: "onus.gap.action",
            members: [
                required("gap", .id), required("by", .id),
                required("kind", .choice("coaching", "training", "process", "tool", "role_change")),
                required("stage", .choice("planned", "taken")), optional("note", .text),
            ]),
        CatalogueEntry(
            type: "onus.gap.closed",
            members: [
                required("gap", .id), required("outcome", .choice("closed", "role_changed", "withdrawn")),
                optional("by", .id),
            ]),
        CatalogueEntry(
            type: "onus.behaviour.observed",
            members: [
                required("gap", .id), required("observer", .id), required("level", .level),
                optional("context", .context),
            ]),
        CatalogueEntry(
            type: "onus.outcome.measured",
            members: [required("gap", .id), required("value", .number), optional("measuredBy", .id)]),
        CatalogueEntry(
            type: "onus.coaching.held",
            members: [
                required("person", .id), required("coach", .id),
                optional(
                    "context",
                    Kind(
                        good: [
                            #"{"kind":"customer_meeting","ref":"r"}"#, #"{"kind":"call"}"#, #"{"kind":"project"}"#,
                            #"{"kind":"deal"}"#, #"{"kind":"one_on_one"}"#, #"{"kind":"shadowing"}"#,
                            #"{"kind":"review"}"#,
                            #"{"kind":"other"}"#,
                        ],
                        bad: [
                            #""call""#, "1", "[]", "{}@/kind", #"{"kind":"chat"}@/kind"#,
                            #"{"kind":"call","ref":1}@/ref"#,
                        ])),
                optional("observed", .bool), optional("gap", .id),
                optional("minutes", Kind(good: ["30", "0", "12.5", "-1"], bad: [#""30""#, "true", "{}"])),
                optional("follows", .event),
            ]),
        CatalogueEntry(
            type: "onus.conversation.held",
            members: [
                required("manager", .id), required("person", .id),
                required("kind", .choice("one_on_one", "check_in", "review", "goal_setting")),
            ]),
        CatalogueEntry(
            type: "onus.feedback.given",
            members: [
                required("from", .id), required("person", .id), optional("context", .context), optional("gap", .id),
            ]),
        CatalogueEntry(
            type: "onus.training.requested",
            members: [
                required("request", .id), required("requestedBy", .id),
                optional(
                    "for",
                    Kind(
                        good: [#"["a","b"]"#, "[]"], bad: [#""a""#, "{}", "1", "[1]@/0", #"["a",""]@/1"#, "[null]@/0"])),
                optional("gap", .id), optional("programme", .id), optional("reason", .text),
            ]),
        CatalogueEntry(
            type: "onus.training.completed",
            members: [
                required("person", .id), required("programme", .id), optional("gap", .id), optional("assignedBy", .id),
                optional("expectation", .id),
            ]),
        CatalogueEntry(
            type: "onus.learning.recorded",
            members: [
                required("person", .id), required("title", .text), optional("provider", .text), optional("url", .text),
            ]),
        CatalogueEntry(
            type: "onus.event.retracted",
            members: [required("event", .event), optional("reason", .text), optional("by", .id)]),
        CatalogueEntry(
            type: "onus.evidence.contested",
            members: [required("event", .event), required("by", .id), optional("reason", .text)]),
        CatalogueEntry(
            type: "onus.evidence.resolved",
            members: [
                required("event", .event), required("decision", .choice("stands", "removed")), required("by", .id),
            ]),
    ]
}
