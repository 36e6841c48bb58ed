import CCrypto
import FoundationEssentials

/// What is around a page's content: one file that loads nothing, and that runs and shows nothing but what is in it.
struct PageShell {
    var title: String
    /// Runs at the end of the page.
    var script: HTML?

    /// The whole file.
    ///
    /// Source: Content Security Policy Level 3, "Usage of hashes".
    func file(_ content: HTML) -> [UInt8] {
        let scripts = script.map { " script-src '\(Self.source($0))';" } ?? ""
        let policy =
            "default-src 'none'; style-src '\(Self.source(PageStyle.sheet))';\(scripts) img-src data:; "
            + "base-uri 'none'; form-action 'none'"
        let page: HTML = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="\(policy)">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta name="referrer" content="no-referrer">
            <meta name="robots" content="noindex">
            <title>\(title)</title>
            <link rel="icon" href="data:,">
            <style>\(PageStyle.sheet)</style>
            </head>
            <body>
            \(content)
            \(script.map { "<script>\($0)</script>\n" as HTML })\
            </body>
            </html>

            """
        return Array(page.text.utf8)
    }

    /// A style sheet or script as the policy names it.
    private static func source(_ content: HTML) -> String {
        var text = content.text
        var digest = [UInt8](repeating: 0, count: 32)
        let result = text.withUTF8 { EVP_Digest($0.baseAddress, $0.count, &digest, nil, EVP_sha256(), nil) }
        precondition(result == 1, "OpenSSL can't compute SHA-256")
        return "sha256-\(Data(digest).base64EncodedString())"
    }
}
