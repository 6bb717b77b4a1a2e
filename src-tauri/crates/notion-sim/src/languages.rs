//! The languages a code block accepts.

/// Every accepted value.
pub(crate) const LANGUAGES: &[&str] = &[
    "abap", "abc", "agda", "arduino", "ascii art", "assembly", "bash", "basic", "bnf", "c", "c#",
    "c++", "clojure", "coffeescript", "coq", "css", "dart", "dhall", "diff", "docker", "ebnf",
    "elixir", "elm", "erlang", "f#", "flow", "fortran", "gherkin", "glsl", "go", "graphql",
    "groovy", "haskell", "hcl", "html", "idris", "java", "javascript", "json", "julia", "kotlin",
    "latex", "less", "lisp", "livescript", "llvm ir", "lua", "makefile", "markdown", "markup",
    "matlab", "mathematica", "mermaid", "nix", "notion formula", "objective-c", "ocaml", "pascal",
    "perl", "php", "plain text", "powershell", "prolog", "protobuf", "purescript", "python", "r",
    "racket", "reason", "ruby", "rust", "sass", "scala", "scheme", "scss", "shell", "smalltalk",
    "solidity", "sql", "swift", "toml", "typescript", "vb.net", "verilog", "vhdl", "visual basic",
    "webassembly", "xml", "yaml", "java/c/c++/c#",
];

/// The language of a Markdown fence: known names and common short ones, else plain text.
pub(crate) fn from_fence(name: &str) -> &'static str {
    let name = name.trim().to_lowercase();
    let name = match name.as_str() {
        "js" | "jsx" | "node" => "javascript",
        "ts" | "tsx" => "typescript",
        "py" => "python",
        "sh" | "zsh" => "shell",
        "cpp" => "c++",
        "cs" | "csharp" => "c#",
        "yml" => "yaml",
        "rb" => "ruby",
        "rs" => "rust",
        "md" => "markdown",
        "dockerfile" => "docker",
        "golang" => "go",
        "kt" => "kotlin",
        "tex" => "latex",
        other => other,
    };
    LANGUAGES.iter().copied().find(|known| *known == name).unwrap_or("plain text")
}
