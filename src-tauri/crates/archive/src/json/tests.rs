use proptest::prelude::*;
use serde_json::json;

use super::*;

/// Collects what it visits.
#[derive(Default)]
struct Told {
    members: Vec<(String, String)>,
    rows: Vec<serde_json::Value>,
}

impl Visitor for Told {
    fn begin(&mut self, key: &str, member: Member<'_>) -> bool {
        let what = match member {
            Member::Array => "array".to_owned(),
            Member::Object => "object".to_owned(),
            Member::Plain(value) => value.as_js_string().into_owned(),
        };
        self.members.push((key.to_owned(), what));
        key != "passed over"
    }

    fn row(&mut self, row: &Row<'_>) {
        self.rows.push(if row.raw().starts_with(b"{") {
            row.to_json().into()
        } else {
            serde_json::from_slice(row.raw()).expect("a row is JSON")
        });
    }
}

/// Gives a text in pieces of one size.
struct Pieces<'a>(&'a [u8], usize);

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.1.min(self.0.len()).min(buffer.len());
        buffer[..count].copy_from_slice(&self.0[..count]);
        self.0 = &self.0[count..];
        Ok(count)
    }
}

fn is_json(text: &[u8]) -> bool {
    walk(text, &mut Told::default()).is_ok()
}

#[test]
fn rows_and_members_come_in_their_order() {
    let text = br#" { "users" : [ {"id":"1","n":1.5,"deep":{"a":[1,{}]}} , {} , null, 7, "x" ],
        "passed over": [1,2,[3]], "o":{"k":"v"}, "s":"t\u0041", "e":[], "n":null } "#;
    for piece in [1, 2, 3, 7, 1000] {
        let mut told = Told::default();
        let walked = walk(Pieces(text, piece), &mut told).expect("it is JSON");
        assert!(walked.is_object && walked.utf8 && !walked.bom);
        assert_eq!(
            told.rows,
            vec![
                json!({"id":"1","n":1.5,"deep":{"a":[1,{}]}}),
                json!({}),
                json!(null),
                json!(7),
                json!("x"),
                json!({"k":"v"})
            ]
        );
        let keys: Vec<_> = told.members.iter().map(|(key, what)| format!("{key}={what}")).collect();
        assert_eq!(keys, ["users=array", "passed over=array", "o=object", "s=tA", "e=array", "n=null"]);
    }
}

#[test]
fn the_last_of_two_members_of_one_name_counts() {
    struct Last(String);
    impl Visitor for Last {
        fn begin(&mut self, _: &str, _: Member<'_>) -> bool {
            true
        }
        fn row(&mut self, row: &Row<'_>) {
            self.0 = row.get("id").trimmed().into_owned();
        }
    }
    let mut last = Last(String::new());
    walk(&br#"{"t":[{"id":"first","i\u0064":"last"}]}"#[..], &mut last).expect("it is JSON");
    assert_eq!(last.0, "last");
}

#[test]
fn json_that_json_parse_accepts_is_accepted() {
    let deep = [b"[".repeat(200_000), b"]".repeat(200_000)].concat();
    for text in [&b"\xef\xbb\xbf{}"[..], b"1e999", br#""\ud800""#, b"\"\xff\"", b" null ", b"-0.0E-1", &deep]
    {
        assert!(is_json(text), "{:?}", String::from_utf8_lossy(&text[..text.len().min(20)]));
    }
}

#[test]
fn json_that_json_parse_rejects_is_rejected() {
    for text in [
        &b""[..],
        b" ",
        b"{",
        b"}",
        b"[1,]",
        b"[,1]",
        b"{\"a\":1,}",
        b"{a:1}",
        b"{\"a\" 1}",
        b"01",
        b"1.",
        b".5",
        b"+1",
        b"1e",
        b"-",
        b"tru",
        b"nul",
        b"\"",
        b"\"\\x\"",
        b"\"\\u12g4\"",
        b"\"\n\"",
        b"'a'",
        b"[1] 2",
        b"[1}",
        b"{\"a\":[}",
        b"\xef\xbb\xbf\xef\xbb\xbf{}",
        b"\xff{}",
        b"[\x0c1]",
        b"NaN",
        b"// x\n1",
    ] {
        assert!(!is_json(text), "{:?}", String::from_utf8_lossy(text));
    }
}

#[test]
fn a_bom_and_other_bytes_are_noticed() {
    let seen = |text: &[u8]| walk(text, &mut Told::default()).expect("it is JSON");
    assert!(seen(b"\xef\xbb\xbf{}").bom);
    assert!(!seen(b"{\"a\":\"\xe4\"}").utf8);
    assert!(seen("{\"a\":\"ä\"}".as_bytes()).utf8);
}

proptest! {
    #[test]
    fn the_parser_accepts_and_rejects_the_same_input_as_serde(text in "[\\[\\]{}:,\"\\\\ a0-9.eE+\\-tn]{0,12}") {
        let serde = serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok();
        prop_assert_eq!(is_json(text.as_bytes()), serde, "{}", text);
    }

    #[test]
    fn any_rows_survive_a_round_trip(
        rows in prop::collection::vec(prop::collection::hash_map(".{0,8}", prop_oneof![
            any::<i64>().prop_map(|n| json!(n)), ".{0,200}".prop_map(|s| json!(s)), Just(json!(null)), any::<bool>().prop_map(|b| json!([b, {"k": b}])),
        ], 0..6), 0..6),
        piece in 1_usize..50,
    ) {
        let text = serde_json::to_vec_pretty(&json!({ "t": rows })).expect("it can be written");
        let mut told = Told::default();
        walk(Pieces(&text, piece), &mut told).expect("it is JSON");
        prop_assert_eq!(json!(told.rows), json!(rows));
    }
}
