//! JSON that is written as it is found: the items of large answers are never values.

use serde_json::Value;

/// A list, written element by element.
#[derive(Default)]
pub struct List(Vec<u8>);

impl List {
    /// Where the next element is to be written.
    pub fn next(&mut self) -> &mut Vec<u8> {
        self.0.push(if self.0.is_empty() { b'[' } else { b',' });
        &mut self.0
    }

    /// The whole list.
    pub fn end(mut self) -> Vec<u8> {
        if self.0.is_empty() {
            self.0.push(b'[');
        }
        self.0.push(b']');
        self.0
    }
}

/// A map of `members` that are written already.
pub fn map(members: impl IntoIterator<Item = (String, Vec<u8>)>) -> Vec<u8> {
    let mut out = vec![b'{'];
    for (name, member) in members {
        if out.len() > 1 {
            out.push(b',');
        }
        value(&Value::String(name), &mut out);
        out.push(b':');
        out.extend(member);
    }
    out.push(b'}');
    out
}

/// Writes `value` to `out`.
pub fn value(value: &Value, out: &mut Vec<u8>) {
    // A JSON value always serialises, and a vector takes everything.
    let _ = serde_json::to_writer(out, value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_maps_have_commas_between_their_members_only() {
        for count in 0..3 {
            let mut list = List::default();
            for number in 0..count {
                value(&Value::from(number), list.next());
            }
            let members = (0..count).map(|number| (format!("\"{number}\""), b"0".to_vec()));
            let expected: Value = (0..count).collect();
            assert_eq!(list.end(), expected.to_string().into_bytes());
            assert_eq!(serde_json::from_slice::<Value>(&map(members)).unwrap().as_object().unwrap().len(), count);
        }
    }
}
