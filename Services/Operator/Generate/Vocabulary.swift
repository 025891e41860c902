import Models

/// The words of a generated organisation. Its people are made up.
enum Vocabulary {
    static let units = [
        "Sales", "Customer Success", "Support", "Engineering", "Operations", "Logistics", "Marketing", "Product",
        "Finance", "People",
    ]

    static let givenNames = [
        "Ada", "Amir", "Ana", "Ben", "Carla", "Chen", "Dana", "Elif", "Emeka", "Eva", "Farid", "Grace", "Hana", "Hugo",
        "Ines", "Ivan", "Jonas", "Kaya", "Lena", "Luca", "Mara", "Mei", "Nadia", "Noah", "Olga", "Omar", "Paula",
        "Ravi",
        "Rosa", "Sami", "Sofie", "Tariq", "Tess", "Uma", "Vera", "Wim", "Yara", "Zoë",
    ]

    static let familyNames = [
        "Adeyemi", "Almeida", "Bauer", "Bianchi", "Chowdhury", "Costa", "Dubois", "Eriksen", "Fischer", "García",
        "Haddad",
        "Ito", "Jansen", "Kaur", "Kovač", "Lindqvist", "Marino", "Müller", "Nguyen", "Novák", "O'Brien", "Okafor",
        "Petrova", "Quist", "Rossi", "Sato", "Schmidt", "Silva", "Tanaka", "Usman", "Vogel", "Walsh", "Yılmaz", "Zhang",
    ]

    /// The role of somebody in a unit, named as a slug.
    static func role(unit: String, isLead: Bool) -> RoleID {
        let slug = String(unit.lowercased().map { $0 == " " ? "-" : $0 })
        return RoleID(unchecked: slug + (isLead ? "-lead" : "-specialist"))
    }

    static let expectations = [
        ("quality", "Work is right the first time.", "rework rate"),
        ("customer", "Customers know the next step after every contact.", "follow-up rate"),
        ("pace", "What is promised for a day is done on that day.", "on-time share"),
        ("team", "Colleagues are asked before they have to ask.", "peer feedback"),
        ("improve", "One thing in the process is better every quarter.", "improvements"),
    ]

    static let metrics = [
        (name: "first-call resolution", baseline: 58.0, target: 72.0, unit: "%"),
        (name: "on-time delivery", baseline: 81.0, target: 95.0, unit: "%"),
        (name: "rework rate", baseline: 14.0, target: 5.0, unit: "%"),
        (name: "quote turnaround", baseline: 6.5, target: 3.0, unit: "days"),
        (name: "win rate", baseline: 18.0, target: 26.0, unit: "%"),
        (name: "open defects", baseline: 40.0, target: 15.0, unit: "defects"),
    ]

    static let summaries: [Cause: String] = [
        .knowledge: "Does not know the product well enough to answer.",
        .skill: "Talks past the customer's question.",
        .will: "Puts the difficult calls off.",
        .process: "Hand-over between shifts loses orders.",
        .tools: "The planning tool shows yesterday's stock.",
        .roleFit: "The role needs detail, the strength is overview.",
        .leadership: "Priorities change every week.",
        .unknown: "Results fall short, nobody has looked why.",
    ]

    static let causes: [Cause] = [
        .skill, .skill, .skill, .knowledge, .knowledge, .will, .process, .process, .tools, .roleFit, .leadership,
        .unknown,
    ]

    /// Programmes that close gaps.
    static let usefulProgrammes = ["listening-first", "product-depth", "safe-handover", "negotiation-practice"]
    /// Programmes that are booked because they are there.
    static let pleasantProgrammes = ["inspiration-day", "leadership-outdoors"]
    static let personalTitles = [
        "Watercolour for beginners", "Conversational Portuguese", "A history of bridges", "Bread at home",
        "Statistics for everyone", "Photography at night",
    ]
    static let absences = ["holiday", "holiday", "holiday", "sick", "sick", "training", "parental"]
    static let timeZones = ["Europe/Berlin", "Europe/Lisbon", "America/Chicago", "Asia/Kolkata"]

    /// What a manager does about a cause.
    static func action(for cause: Cause) -> ActionKind {
        switch cause {
        case .knowledge, .skill: .training
        case .process: .process
        case .tools: .tool
        case .roleFit: .roleChange
        case .will, .leadership, .unknown: .coaching
        }
    }
}
