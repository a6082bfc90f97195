//! CSV (RFC 4180) with a delimiter of one's choice.

/// A row of fields, or why it is none.
pub type Row = Result<Vec<String>, &'static str>;

/// The rows of `text`. Empty lines are none.
pub fn rows(text: &str, delimiter: char) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (row, after) = row(rest, delimiter);
        rest = after;
        if !row.as_ref().is_ok_and(|fields| fields.len() == 1 && fields[0].is_empty()) {
            rows.push(row);
        }
    }
    rows
}

/// The first row of `text`, and what comes after it.
fn row(text: &str, delimiter: char) -> (Row, &str) {
    let mut fields = Vec::new();
    let mut rest = text;
    loop {
        let Some(quoted) = rest.strip_prefix('"') else {
            let end = rest.find([delimiter, '\n']).unwrap_or(rest.len());
            let (field, after) = rest.split_at(end);
            let is_last = !after.starts_with(delimiter);
            fields.push(if is_last { field.trim_end_matches('\r') } else { field }.to_owned());
            rest = after.get(1..).unwrap_or_default();
            if is_last {
                return (Ok(fields), rest);
            }
            continue;
        };
        let Some((field, after)) = unquoted(quoted) else {
            return (Err("A quoted field does not end"), "");
        };
        fields.push(field);
        let line_end = after.strip_prefix("\r\n").or_else(|| after.strip_prefix('\n'));
        match (after.strip_prefix(delimiter), line_end) {
            (Some(after), _) => rest = after,
            (None, Some(after)) => return (Ok(fields), after),
            (None, None) if after.is_empty() => return (Ok(fields), after),
            (None, None) => {
                let after = after.split_once('\n').map_or("", |(_, after)| after);
                return (Err("Something stands behind a quoted field"), after);
            }
        }
    }
}

/// The field up to its closing quote, in which two quotes are one, and what comes after it.
fn unquoted(text: &str) -> Option<(String, &str)> {
    let mut field = String::new();
    let mut rest = text;
    loop {
        let (part, after) = rest.split_once('"')?;
        field.push_str(part);
        match after.strip_prefix('"') {
            Some(after) => {
                field.push('"');
                rest = after;
            }
            None => return Some((field, after)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_may_be_quoted_and_lines_end_in_many_ways() {
        let fields = |text| rows(text, ',').into_iter().map(|row| row.unwrap().join("|")).collect::<Vec<_>>();
        assert_eq!(fields("a,b\nc,d\n"), ["a|b", "c|d"]);
        assert_eq!(fields("a,b\r\n\r\nc,"), ["a|b", "c|"]);
        assert_eq!(fields("\"a,\"\"b\"\"\",\"c\nd\"\r\ne"), ["a,\"b\"|c\nd", "e"]);
        assert_eq!(rows("a;b", ';'), [Ok(vec!["a".to_owned(), "b".to_owned()])]);
    }

    #[test]
    fn a_broken_row_does_not_take_the_next_one_with_it() {
        let found = rows("\"a\"b,c\nd\n\"e", ',');
        assert_eq!(found.iter().map(Result::is_ok).collect::<Vec<_>>(), [false, true, false]);
    }
}
