use serde_json::{Map, Value};

/// An operation's input, or a structure within it, read member by member. The wire's codec has checked
/// the types; `null` is as good as absent.
#[derive(Clone, Copy)]
pub struct Input<'a>(pub &'a Value);

impl<'a> Input<'a> {
    /// A member, whatever it is.
    pub fn get(self, name: &str) -> Option<&'a Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// Whether a member is there.
    pub fn has(self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// A text.
    pub fn text(self, name: &str) -> Option<&'a str> {
        self.get(name)?.as_str()
    }

    /// A flag; false if absent.
    pub fn flag(self, name: &str) -> bool {
        self.get(name).and_then(Value::as_bool).unwrap_or_default()
    }

    /// A number that is not negative.
    pub fn number(self, name: &str) -> Option<u64> {
        self.get(name)?.as_u64()
    }

    /// A list.
    pub fn list(self, name: &str) -> Option<&'a [Value]> {
        self.get(name)?.as_array().map(Vec::as_slice)
    }

    /// A map or a structure.
    pub fn object(self, name: &str) -> Option<&'a Map<String, Value>> {
        self.get(name)?.as_object()
    }

    /// A structure; an empty one if absent.
    pub fn structure(self, name: &str) -> Self {
        Self(self.get(name).unwrap_or(&Value::Null))
    }

    /// The table that is meant, by its name; a table may also be named by its ARN.
    pub fn table_name(self) -> &'a str {
        table_name(self.text("TableName").unwrap_or_default())
    }
}

/// The name of the table that `name_or_arn` means.
pub fn table_name(name_or_arn: &str) -> &str {
    if !name_or_arn.starts_with("arn:") {
        return name_or_arn;
    }
    let resource = name_or_arn.splitn(6, ':').nth(5).unwrap_or_default();
    resource.strip_prefix("table/").and_then(|rest| rest.split('/').next()).unwrap_or(name_or_arn)
}
