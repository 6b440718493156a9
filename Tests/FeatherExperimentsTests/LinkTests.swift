import Foundation
import Testing

@Suite struct LinkTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// The Markdown files that are under version control, as far as folders tell.
  private static func pages() throws -> [URL] {
    let files = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil, options: [.skipsHiddenFiles])
    return try #require(files).compactMap { $0 as? URL }.filter { file in
      let parts = Array(file.pathComponents.dropFirst(root.pathComponents.count))
      let isResult = parts[0] == "results" && parts.count > 2 && !["paper", "frontiers"].contains(parts[1])
      return file.pathExtension == "md" && !isResult
    }
  }

  /// What a heading is called in a link.
  private static func anchor(_ heading: Substring) -> String {
    let words = heading.drop { $0 == "#" || $0 == " " }.lowercased()
    return String(words.filter { $0.isLetter || $0.isNumber || " -_".contains($0) }.map { $0 == " " ? "-" : $0 })
  }

  private static func text(_ file: URL) throws -> String { try String(contentsOf: file, encoding: .utf8) }

  @Test("every relative link of every page leads to a file, and to a heading where it names one")
  func links() throws {
    let pages = try Self.pages()
    #expect(pages.count > 10)
    for page in pages {
      for match in try Self.text(page).matches(of: /\]\(([^)\s]+)\)/) where !match.1.contains(/^[a-z]+:/) {
        let parts = match.1.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        let target = parts[0].isEmpty ? page : page.deletingLastPathComponent().appending(path: String(parts[0]))
        #expect(FileManager.default.fileExists(atPath: target.path), "\(page.path) links to \(match.1)")
        guard parts.count > 1 else { continue }
        let headings = try Self.text(target).split(separator: "\n").filter { $0.hasPrefix("#") }.map(Self.anchor)
        #expect(headings.contains(String(parts[1])), "\(page.path) links to \(match.1)")
      }
    }
  }

  @Test("every link between pages of the documentation leads to one, and its front page lists all")
  func documentation() throws {
    let catalogue = Self.root.appending(path: "Sources/featherweight/Featherweight.docc")
    let pages = try FileManager.default.contentsOfDirectory(at: catalogue, includingPropertiesForKeys: nil)
      .filter { $0.pathExtension == "md" }
    let names = Set(pages.map { $0.deletingPathExtension().lastPathComponent }).subtracting(["Featherweight"])
    for page in pages {
      let linked = Set(try Self.text(page).matches(of: /<doc:([^>]+)>/).map { String($0.1) })
      #expect(linked.isSubset(of: names), "\(page.lastPathComponent) links to \(linked.subtracting(names))")
      if page.lastPathComponent == "Featherweight.md" { #expect(linked == names) }
    }
  }
}
