//! JSON in colours.

use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct Props {
    /// JSON with line breaks, or any other text, which stays as it is.
    pub text: AttrValue,
    pub test: AttrValue,
    pub label: AttrValue,
}

/// A text that is JSON most of the time.
#[component]
pub fn Json(props: &Props) -> Html {
    let is_json = props.text.starts_with(['{', '[', '"']);
    html! {
        <pre class="json" tabindex="0" aria-label={props.label.clone()} data-test={props.test.clone()}>
            if is_json {
                { for tokens(&props.text).into_iter().map(|(class, text)| match class {
                    "" => html! { text },
                    class => html! { <span {class}>{ text }</span> },
                }) }
            } else {
                { &props.text }
            }
        </pre>
    }
}

/// Cuts JSON into pieces with the class of each. What is not JSON comes out as plain pieces.
fn tokens(text: &str) -> Vec<(&'static str, &str)> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (class, length) = next_token(rest);
        let (piece, after) = rest.split_at(length);
        pieces.push((class, piece));
        rest = after;
    }
    pieces
}

fn next_token(text: &str) -> (&'static str, usize) {
    let bytes = text.as_bytes();
    match bytes[0] {
        b'"' => {
            let length = string_length(bytes);
            let is_key = text[length..].trim_start().starts_with(':');
            (if is_key { "json-key" } else { "json-string" }, length)
        }
        b'-' | b'0'..=b'9' => ("json-number", run(text, |c| c.is_ascii_alphanumeric() || "+-.".contains(c))),
        b'a'..=b'z' => ("json-word", run(text, |c| c.is_ascii_alphabetic())),
        _ => ("", run(text, |c| !c.is_ascii_alphanumeric() && c != '"' && c != '-')),
    }
}

fn run(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    let length = text.find(|c| !belongs(c)).unwrap_or(text.len());
    if length > 0 { length } else { text.chars().next().map_or(1, char::len_utf8) }
}

fn string_length(bytes: &[u8]) -> usize {
    let mut index = 1;
    while index < bytes.len() {
        match bytes[index] {
            b'\\' => index += 2,
            b'"' => return index + 1,
            _ => index += 1,
        }
    }
    // A string without an end; a half-written escape must not reach past the text.
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_values_have_their_own_classes() {
        let classes: Vec<_> =
            tokens(r#"{"a": [1, "b\"c", true]}"#).into_iter().filter(|(class, _)| !class.is_empty()).collect();
        assert_eq!(
            classes,
            [("json-key", "\"a\""), ("json-number", "1"), ("json-string", r#""b\"c""#), ("json-word", "true")]
        );
    }

    #[test]
    fn no_character_is_lost_whatever_the_text() {
        for text in ["", "\"open", "안녕 {\"한\": -}", "\\\"", "A-Z \"\\"] {
            let joined: String = tokens(text).into_iter().map(|(_, piece)| piece).collect();
            assert_eq!(joined, text);
        }
    }
}
