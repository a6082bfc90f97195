//! Amazon Ion in its text form: lines of exports and imports, `$ion_1_0 {Item:{name:"value"}}`.
//!
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataImport.Format.html> says which of
//! Ion's types is which of DynamoDB's; what has no counterpart there is refused.

mod read;
mod write;

pub use read::records;
pub use write::record;

/// What a line begins with.
const VERSION: &str = "$ion_1_0";

/// Annotations of lists that are sets, and the sets' types.
const SETS: [(&str, &str); 3] = [("$dynamodb_SS", "SS"), ("$dynamodb_NS", "NS"), ("$dynamodb_BS", "BS")];

/// Words that are no names without quotes.
const KEYWORDS: [&str; 4] = ["null", "true", "false", "nan"];

fn starts_name(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'$')
}

fn is_in_name(byte: u8) -> bool {
    starts_name(byte) || byte.is_ascii_digit()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(text: &str) -> Vec<Result<Value, String>> {
        records(text).map(|record| record.value).collect()
    }

    #[test]
    fn what_is_written_is_read_again() {
        let item = json!({
            "a b": {"S": "quote \" and \\ and \n and é"}, "b": {"B": "AAEC"}, "bs": {"BS": ["AA=="]}, "f": {"BOOL": false},
            "l": {"L": [{"N": "0.1"}, {"NULL": true}, {"L": []}]}, "m": {"M": {"$1": {"N": "-7"}, "null": {"S": ""}}},
            "ns": {"NS": ["1.5", "2"]}, "ss": {"SS": ["x"]}
        });
        let line = record(None, &[("Item", item.clone())]);
        let expected = [
            r#"$ion_1_0 {Item:{'a b':"quote \" and \\ and \n and é",b:{{AAEC}},bs:$dynamodb_BS::[{{AA==}}],f:false,"#,
            r#"l:[0.1,null,[]],m:{'$1':-7.,'null':""},ns:$dynamodb_NS::[1.5,2.],ss:$dynamodb_SS::["x"]}}"#,
        ];
        assert_eq!(line, expected.concat());
        assert_eq!(read(&line), [Ok(json!({"Item": item}))]);
    }

    #[test]
    fn incremental_exports_have_records() {
        let line = record(Some(1_500), &[("Keys", json!({"a": {"N": "1"}})), ("NewImage", json!({}))]);
        assert_eq!(line, "$ion_1_0 {Record:{Metadata:{WriteTimestampMicros:1500.},Keys:{a:1.},NewImage:{}}}");
    }

    #[test]
    fn the_example_of_the_guide() {
        let text = r#"
            $ion_1_0 {
                Item:{
                    Authors:$dynamodb_SS::["Author1","Author2"],
                    Id:103., // the number of the book
                    InPublication:false,
                    PageCount:6d2, /* pages */
                    Title:'''Book 103 ''' '''Title''',
                },
            }"#;
        let item = json!({
            "Authors": {"SS": ["Author1", "Author2"]}, "Id": {"N": "103"}, "InPublication": {"BOOL": false},
            "PageCount": {"N": "6e2"}, "Title": {"S": "Book 103 Title"}
        });
        assert_eq!(read(text), [Ok(json!({"Item": item}))]);
    }

    #[test]
    fn items_may_stand_in_a_list_or_one_after_the_other() {
        let one = json!({"Item": {"a": {"S": "1"}}});
        let line = r#"{Item:{a:"1"}}"#;
        assert_eq!(read(&format!("$ion_1_0 [{line}, {line}]")), [Ok(one.clone()), Ok(one.clone())]);
        assert_eq!(read(&format!("$ion_1_0 {line}\n$ion_1_0 {line}")), [Ok(one.clone()), Ok(one)]);
        assert_eq!(read(" "), []);
        let text = format!("{line}\n\n$ion_1_0\n  {line}\n");
        let lines: Vec<_> = records(&text).map(|record| (record.line, record.text.trim())).collect();
        assert_eq!(lines, [(0, line), (3, line)]);
    }

    #[test]
    fn strings_have_all_escapes() {
        let text = r#"{Item:{a:"\x41\u00e9\U0001F600\ud83d\ude00\/\0"}}"#;
        assert_eq!(read(text), [Ok(json!({"Item": {"a": {"S": "Aé😀😀/\0"}}}))]);
    }

    #[test]
    fn conditions_of_bulk_puts_stand_beside_the_item() {
        let text = [
            r#"{Item:{a:"1"},ConditionExpression:"b < :b","#,
            r#"ExpressionAttributeValues:{':b':2.},ExpressionAttributeNames:{'#c':"c"}}"#,
        ];
        let expected = json!({
            "Item": {"a": {"S": "1"}}, "ConditionExpression": "b < :b", "ExpressionAttributeNames": {"#c": "c"},
            "ExpressionAttributeValues": {":b": {"N": "2"}}
        });
        assert_eq!(read(&text.concat()), [Ok(expected)]);
    }

    #[test]
    fn what_is_no_item_does_not_take_the_next_line_with_it() {
        let good = r#"{Item:{a:"1"}}"#;
        for bad in [
            "{Item:{a:",
            "{Item:{a:1}}",
            "{Item:{a:1e0}}",
            "{Item:{a:2020-01-01}}",
            "{Item:{a:word}}",
            "{Item:{a:(1.)}}",
            "{Item:{a:x::[\"1\"]}}",
            "{Item:{a:$dynamodb_NS::[\"1\"]}}",
            "{Item:{a:{{\"clob\"}}}}",
            "{Item:{a:{{A}}}}",
            "{Item:{a:\"\\q\"}}",
            "{Item:{a:\"open}}",
            "{Item:1.}",
            "{Items:{}}",
            "5.",
            "{a b}",
        ] {
            let found = read(&format!("{bad}\n{good}"));
            assert_eq!(found.len(), 2, "{bad}: {found:?}");
            assert!(found[0].is_err() && found[1].is_ok(), "{bad}: {found:?}");
        }
        let deep = format!("{{Item:{{a:{}", "[".repeat(100_000));
        assert!(read(&deep)[0].is_err());
    }
}
