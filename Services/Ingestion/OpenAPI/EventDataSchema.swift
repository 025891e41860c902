import Models

/// What `data` of each type holds, as in docs/events.md. A test sends what this says and compares.
enum EventDataSchema {
    static func members(of type: EventType) -> ObjectSchema {
        switch type {
        case .personUpdated, .roleDefined, .absenceRecorded, .expectationAcknowledged: organization(type)
        case .gapIdentified, .gapAction, .gapClosed, .behaviourObserved, .outcomeMeasured: gap(type)
        case .coachingHeld: coaching
        case .conversationHeld:
            [
                .required("manager", .identifierSchema), .required("person", .identifierSchema),
                .required("kind", .choiceSchema(ConversationKind.self)),
            ]
        case .feedbackGiven:
            [
                .required("from", .identifierSchema), .required("person", .identifierSchema),
                .optional("context", ["type": ["string", "object"]]), .optional("gap", .identifierSchema),
            ]
        case .trainingRequested, .trainingCompleted, .learningRecorded: training(type)
        case .eventRetracted:
            [.required("event", event), .optional("reason", .textSchema), .optional("by", .identifierSchema)]
        case .evidenceContested:
            [.required("event", event), .required("by", .identifierSchema), .optional("reason", .textSchema)]
        case .evidenceResolved:
            [
                .required("event", event), .required("decision", .choiceSchema(Decision.self)),
                .required("by", .identifierSchema),
            ]
        }
    }

    private static func organization(_ type: EventType) -> ObjectSchema {
        switch type {
        case .personUpdated:
            [
                .required("person", .identifierSchema), .required("effectiveFrom", .dateSchema),
                .required("active", .booleanSchema), .optional("manager", .identifierSchema),
                .optional("role", .identifierSchema), .optional("unit", .textSchema), .optional("name", .textSchema),
                .optional("email", .textSchema), .optional("timeZone", .textSchema), .optional("locale", .textSchema),
            ]
        case .roleDefined:
            [
                .required("role", .identifierSchema), .required("effectiveFrom", .dateSchema),
                .required("expectations", ["type": "array", "items": expectation.schema]),
                .optional("title", .textSchema), .optional("definedBy", .identifierSchema),
            ]
        case .absenceRecorded:
            [
                .required("person", .identifierSchema), .required("from", .dateSchema), .required("to", .dateSchema),
                .optional("kind", .textSchema),
            ]
        default:
            [.required("person", .identifierSchema), .required("role", .identifierSchema)]
        }
    }

    private static func gap(_ type: EventType) -> ObjectSchema {
        switch type {
        case .gapIdentified:
            [
                .required("gap", .identifierSchema), .required("person", .identifierSchema),
                .required("cause", .choiceSchema(Cause.self)), .optional("expectation", .identifierSchema),
                .optional("identifiedBy", .identifierSchema), .optional("summary", .textSchema),
                .optional("metric", metric.schema),
            ]
        case .gapAction:
            [
                .required("gap", .identifierSchema), .required("by", .identifierSchema),
                .required("kind", .choiceSchema(ActionKind.self)), .required("stage", .choiceSchema(ActionStage.self)),
                .optional("note", .textSchema),
            ]
        case .gapClosed:
            [
                .required("gap", .identifierSchema), .required("outcome", .choiceSchema(GapOutcome.self)),
                .optional("by", .identifierSchema),
            ]
        case .behaviourObserved:
            [
                .required("gap", .identifierSchema), .required("observer", .identifierSchema),
                .required("level", ["type": "number", "minimum": 0, "maximum": 4]),
                .optional("context", ["type": ["string", "object"]]),
            ]
        default:
            [
                .required("gap", .identifierSchema), .required("value", .numberSchema),
                .optional("measuredBy", .identifierSchema),
            ]
        }
    }

    private static func training(_ type: EventType) -> ObjectSchema {
        switch type {
        case .trainingRequested:
            [
                .required("request", .identifierSchema), .required("requestedBy", .identifierSchema),
                .optional("for", ["type": "array", "items": .identifierSchema]), .optional("gap", .identifierSchema),
                .optional("programme", .identifierSchema), .optional("reason", .textSchema),
            ]
        case .trainingCompleted:
            [
                .required("person", .identifierSchema), .required("programme", .identifierSchema),
                .optional("gap", .identifierSchema), .optional("assignedBy", .identifierSchema),
                .optional("expectation", .identifierSchema),
            ]
        default:
            [
                .required("person", .identifierSchema), .required("title", .textSchema),
                .optional("provider", .textSchema), .optional("url", .textSchema),
            ]
        }
    }

    private static let coaching =
        ([
            .required("person", .identifierSchema), .optional("coach", .identifierSchema),
            .optional("provider", provider.schema), .optional("context", context.schema),
            .optional("observed", .booleanSchema), .optional("gap", .identifierSchema),
            .optional("minutes", ["type": "number"]), .optional("follows", event),
        ] as ObjectSchema).exactlyOne(of: "coach", "provider")

    private static let expectation: ObjectSchema = [
        .required("id", .identifierSchema), .required("statement", .textSchema), .optional("measure", .textSchema),
    ]
    private static let metric: ObjectSchema = [
        .required("name", .textSchema), .required("baseline", .numberSchema), .required("target", .numberSchema),
        .optional("unit", .textSchema),
    ]
    private static let provider: ObjectSchema = [
        .required("kind", .choiceSchema(ProviderKind.self)), .optional("name", .textSchema),
    ]
    private static let context: ObjectSchema = [
        .required("kind", .choiceSchema(ContextKind.self)), .optional("ref", .textSchema),
    ]
    private static let event =
        ([
            .required("source", .textSchema), .required("id", .textSchema),
        ] as ObjectSchema).schema
}
