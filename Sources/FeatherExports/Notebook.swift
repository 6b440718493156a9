internal import FeatherExperiments

/// A Jupyter notebook, nbformat 4.5, that has not been run.
struct Notebook {
  /// A paragraph or a piece of Python.
  struct Cell {
    enum Kind: String {
      case markdown, code
    }

    /// Its name within the notebook: letters, digits and hyphens, at most 64.
    let id: String
    let kind: Kind
    let text: String

    static func markdown(_ id: String, _ text: String) -> Cell { Cell(id: id, kind: .markdown, text: text) }
    static func code(_ id: String, _ text: String) -> Cell { Cell(id: id, kind: .code, text: text) }

    fileprivate var json: String {
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      let source = lines.enumerated().map { index, line in
        "    " + JSONText.quoted(index < lines.count - 1 ? line + "\n" : String(line))
      }
      let run = kind == .code ? "\n   \"execution_count\": null," : ""
      let outputs = kind == .code ? "\n   \"outputs\": []," : ""
      return """
          {
           "cell_type": "\(kind.rawValue)",\(run)
           "id": "\(id)",
           "metadata": {},\(outputs)
           "source": [
        \(source.joined(separator: ",\n"))
           ]
          }
        """
    }
  }

  let cells: [Cell]

  /// The notebook's file, laid out as Jupyter itself writes it.
  var json: String {
    """
    {
     "cells": [
    \(cells.map(\.json).joined(separator: ",\n"))
     ],
     "metadata": {
      "kernelspec": {
       "display_name": "Python 3",
       "language": "python",
       "name": "python3"
      },
      "language_info": {
       "name": "python"
      }
     },
     "nbformat": 4,
     "nbformat_minor": 5
    }

    """
  }
}
