//! A file goes through the desk as the page sends it.

use domain::{
    exchange::{
        Answer, Ask, Choice, Column, Form, Format, Left, Reading, Ready, Reason, Seen, Shape, Sorted, Target, Trouble,
        Way, put_known,
    },
    id::Id,
};
use uuid::Uuid;
use worker::Desk;

const CHOICE: Choice = Choice { update: true, add_suspected: false };

fn ask(desk: &mut Desk, ask: Ask, bytes: Option<Vec<u8>>) -> (Answer, Option<Vec<u8>>) {
    // As it goes over to the worker and back.
    let ask =
        serde_json::from_str(&serde_json::to_string(&ask).expect("a file that is read")).expect("a file that is read");
    let (answer, bytes) = desk.answer(ask, bytes, &mut |_| {});
    (
        serde_json::from_str(&serde_json::to_string(&answer).expect("a file that is read"))
            .expect("a file that is read"),
        bytes,
    )
}

fn read(desk: &mut Desk, bytes: Vec<u8>) -> Seen {
    let question =
        Ask::Read { name: "file".into(), options: Reading { region: Some("tw".into()), ..Reading::default() } };
    match ask(desk, question, Some(bytes)).0 {
        Answer::Read(seen) => seen,
        other => panic!("{other:?}"),
    }
}

fn sort(desk: &mut Desk, targets: Vec<Target>, known: &[&str]) -> Sorted {
    let mut here = Vec::new();
    for (name, number) in known.iter().zip(1..) {
        put_known(&mut here, Uuid::from_u128(number), [*name].into_iter());
    }
    match ask(desk, Ask::Sort { targets, own: Vec::new(), owner: Id::new(Uuid::nil()) }, Some(here)).0 {
        Answer::Sorted(sorted) => sorted,
        other => panic!("{other:?}"),
    }
}

fn take(desk: &mut Desk, from: u32, most: u32, choice: Choice) -> (Vec<Ready>, Option<u32>) {
    match ask(desk, Ask::Take { from, most, choice }, None).0 {
        Answer::Taken { rows, next } => (rows, next),
        other => panic!("{other:?}"),
    }
}

const ROWS: &str =
    "客戶名稱,電話,聯絡人\n新客戶,02-27123456,陳小姐\n舊客戶,,\n壞電話,abc,\n新客戶,,林先生\n舊客戶有限公司,,\n";

#[test]
fn big5_rows_are_sorted_handed_out_and_written_back() {
    let mut desk = Desk::default();
    let seen = read(&mut desk, encoding_rs::BIG5.encode(ROWS).0.into_owned());
    assert_eq!(seen.form, Form::Separated { encoding: "Big5".into(), separator: b',' });
    assert_eq!((seen.rows, seen.samples[2].as_str()), (5, "陳小姐"));
    let sorted = sort(&mut desk, seen.targets, &["舊客戶"]);
    assert_eq!((sorted.counts, sorted.samples.len(), sorted.samples[2].line), ([2, 1, 1, 1], 5, 4));

    assert_eq!(sorted.samples[2].name, "壞電話");

    let (first, next) = take(&mut desk, 0, 2, CHOICE);
    let ways: Vec<Way> = first.iter().map(|ready| ready.way).collect();
    assert_eq!((ways, next), (vec![Way::Create, Way::Update(Uuid::from_u128(1))], Some(2)));
    let (rest, next) = take(&mut desk, 2, 2, CHOICE);
    assert_eq!((rest.len(), rest[0].way, next), (1, Way::Join(0), None));
    let all = Choice { update: false, add_suspected: true };
    assert_eq!(take(&mut desk, 0, 9, all).0.iter().map(|ready| ready.row).collect::<Vec<_>>(), [0, 3, 4]);

    let left = Left { stopped_at: Some(3), failed: vec![0] };
    let (answer, _) = ask(&mut desk, Ask::Reasons { choice: CHOICE, left: left.clone() }, None);
    let Answer::Reasons { reasons, rows } = answer else { panic!("{answer:?}") };
    assert_eq!(rows, 4);
    assert!(
        matches!(&reasons[..], [Reason::Failed, Reason::Fault(_), Reason::Stopped, Reason::AlikeName]),
        "{reasons:?}"
    );
    let words = ["沒存進去", "電話不對", "停在這裡", "已有相近的"].map(str::to_owned).to_vec();
    let (answer, bytes) = ask(&mut desk, Ask::LeftOut { choice: CHOICE, left, column: "原因".into(), words }, None);
    assert!(matches!(answer, Answer::Done { extension, .. } if extension == "csv"));
    let written = bytes.expect("a file that is read");
    let text = String::from_utf8(written.clone()).expect("a file that is read");
    assert!(
        text.contains("沒存進去,新客戶,02-27123456,陳小姐\r\n電話不對,壞電話,abc,\r\n停在這裡,新客戶,,林先生"),
        "{text}"
    );

    // It comes back with its reasons and is read like the first one.
    let seen = read(&mut desk, written);
    assert_eq!((seen.header[0].as_str(), seen.targets[0], seen.targets[1]), ("原因", Target::Ignore, Target::Name));
    sort(&mut desk, seen.targets, &[]);
    let words = vec!["電話不對".to_owned(); 9];
    let again = Ask::LeftOut { choice: CHOICE, left: Left::default(), column: "原因".into(), words };
    let text =
        String::from_utf8(ask(&mut desk, again, None).1.expect("a file that is read")).expect("a file that is read");
    assert_eq!(text.matches("原因").count(), 1);
}

#[test]
fn a_workbook_goes_out_and_comes_in() {
    let mut desk = Desk::default();
    let columns = ["客戶名稱", "電話"].map(|name| Column { name: name.into(), shape: Shape::Text }).to_vec();
    ask(&mut desk, Ask::Begin { columns, format: Format::Workbook, sheet: "客戶".into() }, None);
    let rows = vec![vec!["鼎盛五金".to_owned(), "+886 7 234 5678".to_owned()]];
    ask(&mut desk, Ask::Rows { rows }, None);
    let (answer, bytes) = ask(&mut desk, Ask::End, None);
    assert!(matches!(answer, Answer::Done { extension, .. } if extension == "xlsx"));
    let seen = read(&mut desk, bytes.expect("a file that is read"));
    assert_eq!(seen.form, Form::Workbook { sheets: vec!["客戶".into()], sheet: "客戶".into() });
    assert_eq!(
        (seen.samples, seen.targets),
        (vec!["鼎盛五金".into(), "+886 7 234 5678".into()], vec![Target::Name, Target::Phone])
    );
}

#[test]
fn cards_become_customers_with_contacts() {
    let mut desk = Desk::default();
    let card = "BEGIN:VCARD\nVERSION:3.0\nFN:陳大文\nORG:鼎盛五金\nTEL:0912-345-678\nBDAY:1985-04-12\nEND:VCARD\n";
    let seen = read(&mut desk, card.as_bytes().to_vec());
    assert_eq!(seen.form, Form::Cards);
    sort(&mut desk, seen.targets, &[]);
    let (rows, _) = take(&mut desk, 0, 9, CHOICE);
    let contact = rows[0].records.contact.as_ref().expect("a file that is read");
    assert_eq!((rows[0].records.customer.name.as_str(), contact.name.as_str()), ("鼎盛五金", "陳大文"));
    assert_eq!(
        (contact.phones[0].as_str(), rows[0].records.customer.remark.as_str()),
        ("0912-345-678", "birthday: 1985-04-12")
    );
}

#[test]
fn what_cannot_be_read_is_said() {
    let mut desk = Desk::default();
    let picture = [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".as_slice(), &[0, 159, 146, 150, 255, 1, 2, 3].repeat(64)].concat();
    for (bytes, trouble) in
        [(Vec::new(), Trouble::Empty), (picture, Trouble::NotATable), (b"name\n".to_vec(), Trouble::Empty)]
    {
        let question = Ask::Read { name: "file".into(), options: Reading::default() };
        assert_eq!(ask(&mut desk, question, Some(bytes)).0, Answer::Unreadable(trouble));
    }
}
