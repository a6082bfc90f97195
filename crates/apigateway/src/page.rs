//! Listing in pages.

use kernel::AwsError;
use serde_json::Value;

use crate::error::bad_request;

/// One page of `items` and where the next one begins.
pub struct Page {
    /// What the caller gets now.
    pub items: Vec<Value>,
    /// What the caller says to get the rest.
    pub next: Option<String>,
}

/// Cuts the page of at most `limit` items that begins at `position` (an earlier page's `next`).
pub fn cut(items: Vec<Value>, position: Option<&str>, limit: usize) -> Result<Page, AwsError> {
    let start = match position {
        None => 0,
        Some(text) => text.parse().map_err(|_| bad_request("Invalid position parameter specified"))?,
    };
    let end = items.len().min(start + limit);
    let next = (end < items.len()).then(|| end.to_string());
    Ok(Page { items: items.into_iter().skip(start).take(limit).collect(), next })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_join_up() {
        let items: Vec<Value> = (0..5).map(Value::from).collect();
        let first = cut(items.clone(), None, 3).unwrap();
        assert_eq!((first.items.len(), first.next.as_deref()), (3, Some("3")));
        let second = cut(items, first.next.as_deref(), 3).unwrap();
        assert_eq!((second.items, second.next), (vec![3.into(), 4.into()], None));
    }
}
