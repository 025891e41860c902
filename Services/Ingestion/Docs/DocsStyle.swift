import Crypto
import Models

/// How the page looks: the console's colours.
enum DocsStyle {
    static let sheet: StaticString = """
        :root { color-scheme: light dark; --ink: #17212b; --soft: #52606d; --line: #d5dce3; --paper: #ffffff; \
        --wash: #f4f6f8; --accent: #0b5394; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e6ebf0; --soft: #a9b6c2; --line: #34424f; \
        --paper: #10181f; --wash: #18232c; --accent: #7cb8f0; } }
        * { box-sizing: border-box; }
        html { font: 100%/1.5 system-ui, "Segoe UI", Roboto, "Liberation Sans", sans-serif; color: var(--ink); \
        background: var(--paper); }
        body { margin: 0; }
        main { max-width: 76rem; margin: 0 auto; padding: 1.5rem; }
        main:focus { outline: none; }
        a { color: var(--accent); }
        a:focus-visible, [tabindex]:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
        .skip { position: absolute; left: -999px; }
        .skip:focus { left: 1rem; top: 0.5rem; background: var(--paper); padding: 0.5rem; }
        h1 { font-size: 1.75rem; line-height: 1.2; margin: 0.2rem 0 0.5rem; }
        h2 { font-size: 1.3rem; margin: 2.5rem 0 0.6rem; }
        h3 { font-size: 1.1rem; margin: 0 0 0.5rem; overflow-wrap: anywhere; }
        h4 { font-size: 0.95rem; margin: 1rem 0 0.2rem; }
        p { max-width: 75ch; margin: 0.4rem 0; overflow-wrap: anywhere; }
        article { border: 1px solid var(--line); border-radius: 0.4rem; padding: 1rem; margin: 0 0 1rem; }
        nav ul { padding-left: 1.25rem; margin: 0; }
        code { font-family: ui-monospace, "Liberation Mono", monospace; font-size: 0.9em; background: var(--wash); \
        padding: 0.05em 0.25em; border-radius: 0.2rem; }
        .scroll { overflow-x: auto; }
        table { border-collapse: collapse; width: 100%; font-size: 0.95rem; }
        th, td { text-align: left; padding: 0.4rem 0.75rem 0.4rem 0; border-bottom: 1px solid var(--line); \
        vertical-align: top; }
        thead th { font-size: 0.82rem; color: var(--soft); white-space: nowrap; }
        tbody th { font-weight: 500; white-space: nowrap; }
        """

    /// Nothing but this sheet may be loaded or run.
    static let policy: String = {
        let hash = SHA256.hash(data: Array("\(sheet)".utf8))
        return "default-src 'none'; style-src 'sha256-\(Base64.encode(Array(hash)))'; base-uri 'none'; "
            + "form-action 'none'; frame-ancestors 'none'"
    }()
}
