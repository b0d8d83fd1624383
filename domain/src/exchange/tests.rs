use uuid::Uuid;

use super::*;
use crate::{
    customer::Customer,
    edit::{Edit, FieldEdit},
    id::Id,
    kind::Kind,
    mutation::Action,
    own::{OwnField, OwnShape, OwnValue, name_of},
    refusal::{FieldError, Problem},
    value::Phone,
};

const IDS: Ids = Ids {
    customer: Id::new(Uuid::from_u128(1)),
    contact: Id::new(Uuid::from_u128(2)),
    owner: Id::new(Uuid::from_u128(3)),
};

/// Two rows of the Northwind sample.
const NORTHWIND: &str = "\u{feff}customerID,companyName,contactName,contactTitle,address,city,region,postalCode,country,phone,fax
ANTON,Antonio Moreno Taquería,Antonio Moreno,Owner,Mataderos  2312,México D.F.,NULL,05023,Mexico,(5) 555-3932,NULL
BOTTM,\"Bottom-Dollar, Markets\",Elizabeth Lincoln,Accounting Manager,23 Tsawassen Blvd.,Tsawassen,BC,T2F 8M4,Canada,(604) 555-4729,(604) 555-3745
";

fn rows(text: &str) -> (Table, Vec<Target>) {
    let table = Table::read(text).unwrap();
    let targets = guess(&table.header);
    (table, targets)
}

#[test]
fn every_column_of_a_known_file_finds_its_place() {
    let (table, targets) = rows(NORTHWIND);
    use Target::*;
    let expected = [ToRemark, Name, ContactName, ContactTitle, Address, City, Region, PostalCode, Country, Phone, Fax];
    assert_eq!((table.rows.len(), targets), (2, expected.to_vec()));
}

#[test]
fn columns_are_known_in_chinese_and_a_place_is_given_once() {
    let header = ["客戶名稱", "聯絡人", "電話", "手機", "公司名稱", "郵遞區號", "其他"].map(str::to_owned);
    use Target::*;
    assert_eq!(guess(&header), [Name, ContactName, Phone, Phone, Ignore, PostalCode, Ignore]);
}

#[test]
fn foreign_addresses_and_phones_come_in_as_they_are() {
    let (table, targets) = rows(NORTHWIND);
    let first = read_row(&table.header, &targets, &table.rows[0], &[], IDS).unwrap();
    assert_eq!(first.customer.name, "Antonio Moreno Taquería");
    assert_eq!(first.customer.address, "Mataderos  2312, México D.F., 05023, Mexico");
    assert_eq!(first.customer.remark, "customerID: ANTON");
    assert_eq!(first.customer.owner, Some(IDS.owner));
    let phones = |records: &RowRecords| records.customer.phones.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(phones(&first), ["(5) 555-3932"]);
    let contact = first.contact.unwrap();
    assert_eq!((contact.name.as_str(), contact.title.as_str()), ("Antonio Moreno", "Owner"));
    assert_eq!((contact.id, contact.customer), (IDS.contact, IDS.customer));

    let second = read_row(&table.header, &targets, &table.rows[1], &[], IDS).unwrap();
    assert_eq!(second.customer.name, "Bottom-Dollar, Markets");
    assert_eq!(phones(&second), ["(604) 555-4729", "(604) 555-3745"]);
}

#[test]
fn a_chinese_address_comes_in_by_its_parts() {
    let header = "客戶名稱,統一編號,縣市,鄉鎮市區,郵遞區號,地址,網址,業務區域,別名,聯絡人,聯絡人LINE";
    let row = "鼎盛五金,04595257,高雄市,三民區,807,九如一路 1 號,www.dingsheng.com.tw,南區,鼎盛;DS,陳先生,chen01";
    let (table, targets) = rows(&format!("{header}\n{row}"));
    let RowRecords { customer, contact } = read_row(&table.header, &targets, &table.rows[0], &[], IDS).unwrap();
    assert_eq!(customer.full_address(), "807 高雄市三民區九如一路 1 號");
    assert_eq!(
        (customer.city.as_str(), customer.district.as_str(), customer.region.as_str()),
        ("高雄市", "三民區", "南區")
    );
    assert_eq!(customer.tax_id.unwrap().as_str(), "04595257");
    assert_eq!(customer.aliases.into_iter().collect::<Vec<_>>(), ["DS", "鼎盛"]);
    assert_eq!(contact.unwrap().line, "chen01");
}

#[test]
fn what_breaks_a_rule_is_named_with_its_field() {
    let (table, targets) = rows("name,phone,email\n,12,somewhere\n鼎盛五金,0912-345-678、07-2345678,a@b.tw");
    let errors = read_row(&table.header, &targets, &table.rows[0], &[], IDS).unwrap_err();
    let expected = [("phones", Problem::NotAPhone), ("email", Problem::NotAnEmail), ("name", Problem::Required)];
    assert_eq!(errors, expected.map(|(field, problem)| FieldError::new(field, problem)));
    let good = read_row(&table.header, &targets, &table.rows[1], &[], IDS).unwrap();
    assert_eq!(good.customer.phones.len(), 2);
    assert_eq!(good.contact, None);
}

#[test]
fn a_website_comes_in_as_access_wrote_it() {
    let (table, targets) =
        rows("name,homePage\nA,Mayumi's (on the Web)#http://www.example.com/m.htm#\nB,example.org/x#top\nC,none");
    let read = |at: usize| read_row(&table.header, &targets, &table.rows[at], &[], IDS);
    let website = |at| read(at).unwrap().customer.website.map(|website| website.to_string());
    assert_eq!(website(0).as_deref(), Some("http://www.example.com/m.htm"));
    assert_eq!(website(1).as_deref(), Some("example.org/x#top"));
    assert_eq!(read(2).unwrap_err(), [FieldError::new("website", Problem::NotAWebsite)]);
}

#[test]
fn what_is_said_of_a_nameless_contact_stays_with_the_customer() {
    let (table, targets) = rows("company;contact;title;contact phone;tags\nActon;;Buyer;555-1234;vip, export\n");
    let records = read_row(&table.header, &targets, &table.rows[0], &[], IDS).unwrap();
    assert_eq!((records.customer.remark.as_str(), records.contact), ("Buyer, 555-1234", None));
    assert_eq!(records.customer.tags.into_iter().collect::<Vec<_>>(), ["export", "vip"]);
}

#[test]
fn short_and_long_rows_are_read_as_far_as_they_go() {
    let (table, targets) = rows("name\tphone\nA\nB\t555 12\tmore\n");
    let names: Vec<String> =
        table.rows.iter().map(|row| read_row(&table.header, &targets, row, &[], IDS).unwrap().customer.name).collect();
    assert_eq!(names, ["A", "B"]);
}

#[test]
fn a_file_without_rows_is_said_to_be_empty() {
    assert_eq!(Table::read("name,phone\n\n"), Err(Unreadable::Empty));
    assert_eq!(Table::read(""), Err(Unreadable::Empty));
}

#[test]
fn rows_are_written_so_that_they_are_read_again() {
    let table = Table::read(NORTHWIND).unwrap();
    let rows = std::iter::once(&table.header).chain(&table.rows).map(Vec::as_slice);
    let written = String::from_utf8(write_separated(rows)).unwrap();
    assert!(written.starts_with('\u{feff}'), "Excel takes the file for another encoding");
    assert_eq!(Table::read(&written), Ok(table.clone()));
}

#[test]
fn one_name_in_two_spellings_is_one() {
    assert_eq!(same_name(" 鼎盛五金 "), same_name("鼎盛五金"));
    assert_eq!(same_name("ＡＣＴＯＮ 贸易"), same_name("acton 貿易"));
}

#[test]
fn no_cell_is_computed_and_every_one_comes_back() {
    for cell in ["=1+1", "+886 2 2712 3456", "-5", "@sum", "\t=1", "'=1"] {
        assert!(!neutral(cell).starts_with(['=', '+', '-', '@', '\t']), "{cell}");
        assert_eq!(plain(&neutral(cell)), plain(cell), "{cell}");
    }
    assert_eq!((neutral("0912-345-678").as_str(), plain("'quoted'")), ("0912-345-678", "'quoted'"));
}

#[test]
fn what_parts_the_cells_is_seen_by_even_rows() {
    let cases = [
        ("name\tphone\n甲, 乙\t1\n丙\t2, 3\n", b'\t'),
        ("name;address\nA;1, Main St, Springfield\nB;2, Main St, Springfield\n", b';'),
        ("name,phone\n\"甲;乙\",1\n", b','),
        ("name|phone\n甲|1\n", b'|'),
        ("name\n甲\n", b','),
    ];
    for (text, separator) in cases {
        assert_eq!(char::from(separator_of(text)), char::from(separator), "{text}");
    }
}

#[test]
fn a_title_above_the_names_of_the_columns_is_passed_over() {
    let table = Table::read("客戶名冊,,\n\n客戶名稱,電話,地址\n鼎盛五金,07-2345678,高雄\n").unwrap();
    assert_eq!((table.header[0].as_str(), table.rows.len(), table.lines), ("客戶名稱", 1, vec![4]));
    let table = Table::read_with("鼎盛五金,07-2345678\n", None, Heading::Nameless).unwrap();
    assert_eq!((table.header, table.lines), (vec!["A".to_owned(), "B".to_owned()], vec![1]));
    assert_eq!([0, 25, 26, 701, 702].map(column_name), ["A", "Z", "AA", "ZZ", "AAA"]);
}

/// A customer that is here: its id and its shown fields.
type Here = (Uuid, Vec<String>);

fn customer(number: u128, name: &str, phone: &str) -> Here {
    taxed(number, name, phone, "")
}

fn taxed(number: u128, name: &str, phone: &str, tax_id: &str) -> Here {
    use crate::summary::customer_field;
    let mut shown = vec![String::new(); 15];
    for (place, text) in
        [(customer_field::NAME, name), (customer_field::PHONE, phone), (customer_field::TAX_ID, tax_id)]
    {
        shown[place] = text.to_owned();
    }
    (Uuid::from_u128(number), shown)
}

fn fates(here: &[Here], text: &str) -> Vec<Fate> {
    let mut bytes = Vec::new();
    here.iter().for_each(|(id, shown)| put_known(&mut bytes, *id, shown.iter().map(String::as_str)));
    let mut known = Known::default();
    each_known(&bytes, |id, search, tax_id, others| known.add(id, search, tax_id, others));
    let (table, targets) = rows(text);
    let mut sorter = Sorter::new(&known);
    let read = table.rows.iter().map(|row| read_row(&table.header, &targets, row, &[], IDS));
    read.zip(0..).map(|(row, at)| sorter.sort(at, row.as_ref().map_err(Clone::clone))).collect()
}

#[test]
fn rows_fall_into_four_piles() {
    let here = [
        customer(1, "鼎盛五金", "07-234-5678"),
        customer(2, "Acme Trading Co., Ltd.", ""),
        customer(3, "同名", ""),
        customer(4, "同名", ""),
    ];
    let text = "name,phone,contact
鼎盛五金,,
鼎盛五金有限公司,,
別的名字,+886 7 2345678,
ACME TRADING,,
同名,,
新公司,02-2712-3456,陳小姐
新公司,,林先生
新公司,,林先生
壞電話,abc,
";
    let [one, two, three] = [1, 2, 3].map(Uuid::from_u128);
    let expected = [
        Fate::Update(one),
        Fate::Suspected(Suspicion::AlikeName(one)),
        Fate::Suspected(Suspicion::SamePhone(one)),
        Fate::Suspected(Suspicion::AlikeName(two)),
        Fate::Suspected(Suspicion::SeveralOfTheName(three)),
        Fate::New,
        Fate::Joins(5),
        Fate::Suspected(Suspicion::Again(5)),
        Fate::Faulty(vec![FieldError::new("phones", Problem::NotAPhone)]),
    ];
    assert_eq!(fates(&here, text), expected);
}

#[test]
fn a_tax_number_tells_who_it_is_under_another_name() {
    let here = [
        taxed(1, "鼎盛五金", "", "04595257"),
        taxed(2, "同號甲", "", "22099131"),
        taxed(3, "同號乙", "", "22099131"),
        customer(4, "大順貨運", ""),
        taxed(5, "同名", "", "84149961"),
        customer(6, "同名", ""),
    ];
    let text = "name,統一編號,phone
鼎盛實業,04595257,
同號丙,22099131,
同號乙,22099131,
大順貨運,04595257,
同名,84149961,
電話像統編,,04595257
新公司,53212539,
新公司改名,53212539,
";
    let [one, two, three, five] = [1, 2, 3, 5].map(Uuid::from_u128);
    let expected = [
        Fate::Update(one),
        Fate::Suspected(Suspicion::SameTaxId(two)),
        Fate::Update(three),
        Fate::Suspected(Suspicion::SameTaxId(one)),
        Fate::Update(five),
        Fate::New,
        Fate::New,
        Fate::Suspected(Suspicion::Again(6)),
    ];
    assert_eq!(fates(&here, text), expected);
}

#[test]
fn a_company_of_the_name_with_another_tax_number_is_not_overwritten() {
    let here = [taxed(1, "大同五金", "", "04595257"), customer(2, "鼎盛五金", "")];
    let text = "name,統一編號
大同五金,22099131
鼎盛五金,53212539
深圳長青貿易,53212539
";
    let [one, two] = [1, 2].map(Uuid::from_u128);
    let expected = [
        Fate::Suspected(Suspicion::AlikeName(one)),
        Fate::Update(two),
        // Its number has just gone to the row before.
        Fate::Suspected(Suspicion::Again(1)),
    ];
    assert_eq!(fates(&here, text), expected);
}

#[test]
fn the_name_of_a_customer_that_was_found_by_its_tax_number_is_kept_beside_the_others() {
    let stored = Customer::named(IDS.customer, "鼎盛五金");
    let edit = update_customer(&stored, &Customer::named(IDS.customer, "鼎盛實業")).unwrap();
    assert!(edit.fields.is_empty());
    assert_eq!(edit.sets[0].add, ["鼎盛實業"]);
    let written_otherwise = Customer::named(IDS.customer, "Ａcme");
    assert!(update_customer(&Customer::named(IDS.customer, "ACME"), &written_otherwise).unwrap().is_empty());
}

#[test]
fn only_filled_cells_that_differ_become_edits() {
    let (table, targets) =
        rows("name,phone,level,address,remark,tags\n鼎盛五金,(07)2345678、0912-345-678,A,,急件,vip\n");
    let row = read_row(&table.header, &targets, &table.rows[0], &[], IDS).unwrap().customer;
    let mut stored =
        Customer {
            address: "高雄".into(), remark: "老客戶".into(), ..Customer::named(IDS.customer, "鼎盛 五金")
        };
    stored.phones = vec![Phone::parse("07-234-5678").unwrap()];
    let edit = update(&stored, &row).unwrap();
    let fields =
        [FieldEdit::new("level", serde_json::Value::Null, "A"), FieldEdit::new("remark", "老客戶", "老客戶\n急件")];
    assert_eq!(edit.fields, fields);
    let added = edit.sets.iter().map(|set| (set.field.as_str(), set.add.len(), set.remove.len())).collect::<Vec<_>>();
    assert_eq!(added, [("phones", 1, 0), ("tags", 1, 0)]);

    stored = Customer { level: "A".into(), remark: "老客戶\n急件".into(), tags: row.tags.clone(), ..stored };
    stored.phones.push(Phone::parse("0912345678").unwrap());
    let again = update(&stored, &row).unwrap();
    assert!(again.is_empty(), "a second import of the same file changes something: {again:?}");
}

#[test]
fn a_note_of_an_export_changes_nothing() {
    let (words, query) = ("鼎盛".into(), String::new());
    let note = ExportNote { kind: Kind::Customer, rows: 3, format: Format::Workbook, words, query };
    let action = Action::from(note.clone());
    let again = Action::decode("export_note", 1, &action.args().unwrap()).unwrap();
    assert!(matches!(again, Action::ExportNote(read) if read == note));
    let note = AccessNote { what: Access::Opened, count: 50, page: String::new() };
    let action = Action::from(note.clone());
    let again = Action::decode(action.name(), action.version(), &action.args().unwrap()).unwrap();
    assert!(matches!(again, Action::AccessNote(read) if read == note));
}

#[test]
fn what_an_import_made_is_taken_back_unless_somebody_worked_on_it() {
    let customer = Customer::named(IDS.customer, "鼎盛五金");
    let made = print(&customer);
    let bins = |undoing| matches!(undoing, Undoing::Enter(Action::CustomerBin(bin)) if bin.binned);
    assert!(bins(undo_customer(Some(&customer), &made, true)));
    assert!(matches!(undo_customer(Some(&customer), &made, false), Undoing::Changed));
    let changed = Customer { level: "A".into(), ..customer.clone() };
    assert!(matches!(undo_customer(Some(&changed), &made, true), Undoing::Changed));
    let gone = Customer { deleted_at: Some(1), ..customer.clone() };
    assert!(matches!(undo_customer(Some(&gone), &made, true), Undoing::Nothing));
    // Whoever is in charge now has nothing to do with what was imported.
    let assigned = Customer { owner: Some(IDS.owner), ..customer };
    assert!(bins(undo_customer(Some(&assigned), &made, true)));
}

#[test]
fn what_an_import_changed_is_changed_back_unless_somebody_changed_it_again() {
    let before = Customer { level: "B".into(), ..Customer::named(IDS.customer, "鼎盛五金") };
    let mut after = Customer { level: "A".into(), address: "高雄".into(), ..before.clone() };
    after.tags.insert("vip".into());
    let edit = crate::edit::Edit::between(&before, &after).unwrap();
    let Undoing::Enter(Action::CustomerEdit(back)) = undo_customer_edit(Some(&after), &edit) else { panic!() };
    assert_eq!(back.0, crate::edit::Edit::between(&after, &before).unwrap());
    assert!(matches!(undo_customer_edit(Some(&before), &edit), Undoing::Nothing));
    let again = Customer { level: "C".into(), ..after };
    assert!(matches!(undo_customer_edit(Some(&again), &edit), Undoing::Changed));
}

#[test]
fn own_fields_take_columns_of_their_name_and_say_what_is_wrong() {
    let field = |number, on, shape, label: &str| OwnField {
        choices: vec!["甲".into(), "乙".into()],
        required: true,
        ..OwnField::named(Id::new(Uuid::from_u128(number)), on, shape, label)
    };
    let own = [
        field(7, Kind::Customer, OwnShape::Several, "車型"),
        field(8, Kind::Customer, OwnShape::Flag, "有倉庫"),
        field(9, Kind::Contact, OwnShape::Date, "到職日"),
        field(10, Kind::Customer, OwnShape::Number, "坪數"),
    ];
    let (table, mut targets) =
        rows("客戶名稱,聯絡人,車型,有倉庫,到職日,坪數\n鼎盛,陳,甲、乙,是,2020/3/1,\n盛鼎,,丙,,,多\n");
    guess_own(&table.header, &mut targets, &own);
    let number = |number| Target::Own(Id::new(Uuid::from_u128(number)));
    assert_eq!(targets[2..], [number(7), number(8), number(9), number(10)]);
    assert_eq!(Target::parse(&number(7).name()), Some(number(7)));
    let first = read_row(&table.header, &targets, &table.rows[0], &own, IDS).unwrap();
    let values: Vec<String> = first.customer.own.values().map(ToString::to_string).collect();
    assert_eq!(values, ["甲\n乙", "1"]);
    assert_eq!(first.contact.unwrap().own.values().map(ToString::to_string).collect::<Vec<_>>(), ["2020-03-01"]);
    let errors = read_row(&table.header, &targets, &table.rows[1], &own, IDS).unwrap_err();
    let wrong: Vec<&str> = errors.iter().map(|error| error.field.as_str()).collect();
    assert_eq!(wrong, [name_of(Uuid::from_u128(7)), name_of(Uuid::from_u128(10))]);
}

#[test]
fn a_row_adds_to_own_fields_and_its_undoing_takes_that_back() {
    let id = Uuid::from_u128(7);
    let value = |json: serde_json::Value| serde_json::from_value::<OwnValue>(json).unwrap();
    let stored = Customer { own: [(id, value("甲".into()))].into(), ..Customer::named(IDS.customer, "鼎盛") };
    let row = Customer { own: [(id, value("乙".into()))].into(), ..stored.clone() };
    let edit = update(&stored, &row).unwrap();
    assert_eq!((edit.fields[0].from.clone(), edit.fields[0].to.clone()), ("甲".into(), "乙".into()));
    assert_ne!(print(&stored), print(&row));
    assert!(matches!(undo_customer_edit(Some(&stored), &edit), Undoing::Nothing));
    let Undoing::Enter(Action::CustomerEdit(back)) = undo_customer_edit(Some(&row), &edit) else {
        panic!("not undone")
    };
    assert_eq!((back.0.fields[0].from.clone(), back.0.fields[0].to.clone()), ("乙".into(), "甲".into()));
}

#[test]
fn two_deeds_of_one_record_are_taken_back_one_after_the_other() {
    let edit = |from: &str, to: &str| {
        Deed::CustomerEdit(Edit::fields(IDS.customer, vec![FieldEdit::new("address", from, to)]))
    };
    let contact = Deed::Contact(IDS.contact, String::new());
    let deeds = [contact.clone(), edit("二路", "三路"), edit("一路", "二路"), contact];
    let lengths = |most| stretches(&deeds, most).iter().map(|deeds| deeds.len()).collect::<Vec<_>>();
    assert_eq!((lengths(200), lengths(1)), (vec![2, 2], vec![1; 4]));
    assert!(stretches(&[], 200).is_empty());
    let mut customer = Customer { address: "三路".into(), ..Customer::named(IDS.customer, "鼎盛") };
    for deed in stretches(&deeds, 200).into_iter().flatten() {
        let Deed::CustomerEdit(done) = deed else { continue };
        let Undoing::Enter(Action::CustomerEdit(back)) = undo_customer_edit(Some(&customer), done) else {
            panic!("{} is not taken back", customer.address)
        };
        customer.address = back.0.fields[0].to.as_str().unwrap().to_owned();
    }
    assert_eq!(customer.address, "一路");
}

#[test]
fn a_short_name_and_a_former_one_are_suspected() {
    use crate::summary::customer_field;
    let (id, mut shown) = customer(1, "台中和利食品企業社", "");
    shown[customer_field::SHORT_NAME] = "和利食品".to_owned();
    shown[customer_field::ALIASES] = "老和利商行\n和".to_owned();
    let text = "name\n和利食品\n老和利\n和\n";
    let alike = || Fate::Suspected(Suspicion::AlikeName(id));
    assert_eq!(fates(&[(id, shown)], text), [alike(), alike(), Fate::New]);
}
