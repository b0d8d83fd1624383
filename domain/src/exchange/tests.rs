use uuid::Uuid;

use super::*;
use crate::{
    id::Id,
    refusal::{FieldError, Problem},
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
    let first = read_row(&table.header, &targets, &table.rows[0], IDS).unwrap();
    assert_eq!(first.customer.name, "Antonio Moreno Taquería");
    assert_eq!(first.customer.address, "Mataderos  2312, México D.F., 05023, Mexico");
    assert_eq!(first.customer.remark, "customerID: ANTON");
    assert_eq!(first.customer.owner, Some(IDS.owner));
    let phones = |records: &RowRecords| records.customer.phones.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(phones(&first), ["(5) 555-3932"]);
    let contact = first.contact.unwrap();
    assert_eq!((contact.name.as_str(), contact.title.as_str()), ("Antonio Moreno", "Owner"));
    assert_eq!((contact.id, contact.customer), (IDS.contact, IDS.customer));

    let second = read_row(&table.header, &targets, &table.rows[1], IDS).unwrap();
    assert_eq!(second.customer.name, "Bottom-Dollar, Markets");
    assert_eq!(phones(&second), ["(604) 555-4729", "(604) 555-3745"]);
}

#[test]
fn a_chinese_address_comes_in_by_its_parts() {
    let header = "客戶名稱,統一編號,縣市,鄉鎮市區,郵遞區號,地址,網址,業務區域,別名,聯絡人,聯絡人LINE";
    let row = "鼎盛五金,04595257,高雄市,三民區,807,九如一路 1 號,www.dingsheng.com.tw,南區,鼎盛;DS,陳先生,chen01";
    let (table, targets) = rows(&format!("{header}\n{row}"));
    let RowRecords { customer, contact } = read_row(&table.header, &targets, &table.rows[0], IDS).unwrap();
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
    let errors = read_row(&table.header, &targets, &table.rows[0], IDS).unwrap_err();
    let expected = [("phones", Problem::NotAPhone), ("email", Problem::NotAnEmail), ("name", Problem::Required)];
    assert_eq!(errors, expected.map(|(field, problem)| FieldError::new(field, problem)));
    let good = read_row(&table.header, &targets, &table.rows[1], IDS).unwrap();
    assert_eq!(good.customer.phones.len(), 2);
    assert_eq!(good.contact, None);
}

#[test]
fn what_is_said_of_a_nameless_contact_stays_with_the_customer() {
    let (table, targets) = rows("company;contact;title;contact phone;tags\nActon;;Buyer;555-1234;vip, export\n");
    let records = read_row(&table.header, &targets, &table.rows[0], IDS).unwrap();
    assert_eq!((records.customer.remark.as_str(), records.contact), ("Buyer, 555-1234", None));
    assert_eq!(records.customer.tags.into_iter().collect::<Vec<_>>(), ["export", "vip"]);
}

#[test]
fn short_and_long_rows_are_read_as_far_as_they_go() {
    let (table, targets) = rows("name\tphone\nA\nB\t555 12\tmore\n");
    let names: Vec<String> =
        table.rows.iter().map(|row| read_row(&table.header, &targets, row, IDS).unwrap().customer.name).collect();
    assert_eq!(names, ["A", "B"]);
}

#[test]
fn a_file_without_rows_is_said_to_be_empty() {
    assert_eq!(Table::read("name,phone\n\n"), Err(Unreadable::Empty));
    assert_eq!(Table::read(""), Err(Unreadable::Empty));
}

#[test]
fn rows_left_out_are_written_as_they_were_read() {
    let table = Table::read(NORTHWIND).unwrap();
    let rows: Vec<&Vec<String>> = table.rows.iter().collect();
    assert_eq!(Table::read(&Table::write(&table.header, &rows)), Ok(table.clone()));
}

#[test]
fn one_name_in_two_spellings_is_one() {
    assert_eq!(same_name(" 鼎盛五金 "), same_name("鼎盛五金"));
    assert_eq!(same_name("ＡＣＴＯＮ 贸易"), same_name("acton 貿易"));
}
