//! What is said to a server, in its own way.

use serde_json::{Value, json};

use crate::{Ask, Endpoint, Style};

pub(crate) fn path(style: Style) -> &'static str {
    match style {
        Style::OpenAi => "chat/completions",
        Style::Anthropic => "messages",
    }
}

/// The body of a request. `with_schema` asks for structured output where a server offers it; some refuse
/// the field itself and are asked again without it.
pub(crate) fn body(endpoint: &Endpoint, ask: &Ask, with_schema: bool) -> Value {
    match endpoint.style() {
        Style::OpenAi => openai(endpoint, ask, with_schema),
        // <https://docs.anthropic.com/en/api/messages>
        Style::Anthropic => json!({
            "model": endpoint.model(),
            "max_tokens": ask.most_tokens,
            "system": ask.system,
            "messages": [{ "role": "user", "content": ask.question }],
            "stream": true,
        }),
    }
}

/// <https://platform.openai.com/docs/api-reference/chat/create>; other servers know the older name of
/// the limit only, `OpenAI`'s newer models the newer one only.
fn openai(endpoint: &Endpoint, ask: &Ask, with_schema: bool) -> Value {
    let mut body = json!({
        "model": endpoint.model(),
        "messages": [
            { "role": "system", "content": ask.system },
            { "role": "user", "content": ask.question },
        ],
        "stream": true,
        "stream_options": { "include_usage": true },
    });
    let limit = if endpoint.is_openai_itself() {
        "max_completion_tokens"
    } else {
        "max_tokens"
    };
    if let Some(fields) = body.as_object_mut() {
        fields.insert(limit.to_owned(), json!(ask.most_tokens));
        if let (true, Some(schema)) = (with_schema, &ask.schema) {
            let format = json!({
                "type": "json_schema",
                "json_schema": { "name": "answer", "strict": true, "schema": schema },
            });
            fields.insert("response_format".to_owned(), format);
        }
    }
    body
}
