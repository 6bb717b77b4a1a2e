//! Servers that people run on their own computer.

/// Where such servers listen unless they are told otherwise, and what they are called: Ollama, LM Studio,
/// llama.cpp, vLLM. All speak as `OpenAI` does below `/v1`.
pub const LOCAL_SERVERS: [(&str, &str); 4] = [
    ("Ollama", "http://localhost:11434/v1"),
    ("LM Studio", "http://localhost:1234/v1"),
    ("llama.cpp", "http://localhost:8080/v1"),
    ("vLLM", "http://localhost:8000/v1"),
];
