//! Customers: old bodies, addresses, terms, and what a search finds.

use super::support::{Records, customer, id, moment};
use crate::{
    access::Role,
    contact::{Contact, DecisionRole},
    customer::{Customer, CustomerEnter, PaymentTerms},
    kind::Kind,
    next_action::NextAction,
    own::Unknown,
    record::{BodyError, Record},
    refusal::{Problem, Refusal},
    search::{Search, SearchBuffer},
    summary::{Summary, customer_field},
    value::{Currency, Money, Phone, TaxId},
    view::Stop,
};

#[test]
fn a_body_of_the_first_build_is_read_and_written_as_it_was() {
    let body =
        r#"{"id":"01900000-0000-7000-8000-000000000001","name":"鼎盛","phones":["07-2345678"],"address":"高雄"}"#;
    let customer: Customer = BodyError::parse(body).unwrap();
    assert_eq!((customer.address.as_str(), customer.tax_id.as_ref()), ("高雄", None));
    assert_eq!(serde_json::to_string(&customer).unwrap(), body);
}

#[test]
fn an_address_is_one_line_however_it_was_written() {
    let mut taiwan = customer(7, "鼎盛");
    (taiwan.postal_code, taiwan.province, taiwan.district) = ("807".into(), "高雄市".into(), "三民區".into());
    taiwan.address = "九如一路 1 號".into();
    assert_eq!(taiwan.full_address(), "807 高雄市三民區九如一路 1 號");
    let municipality = Customer { province: "上海市".into(), city: "上海市".into(), ..customer(8, "沪") };
    assert_eq!(municipality.full_address(), "上海市");
    assert_eq!(customer(9, "").full_address(), "");
}

#[test]
fn payment_terms_read_what_they_write() {
    for terms in [
        PaymentTerms::Prepaid,
        PaymentTerms::OnDelivery,
        PaymentTerms::Days(30),
        PaymentTerms::Monthly { closing_day: 25, days: 60 },
    ] {
        assert_eq!(PaymentTerms::parse(&terms.to_string()), Ok(terms));
    }
    for text in ["", "days", "days:400", "days:-1", "monthly:32:30", "monthly:0:30", "monthly:25", "prepaid:1"] {
        assert_eq!(PaymentTerms::parse(text), Err(Problem::NotAChoice), "{text}");
    }
}

#[test]
fn a_credit_limit_is_not_below_nothing() {
    let limit = |minor| Some(Money { minor, currency: Currency::Twd });
    let customer = |minor| Customer { credit_limit: limit(minor), ..customer(7, "鼎盛") };
    assert_eq!(customer(-1).validate().unwrap_err().field, "credit_limit");
    assert!(customer(0).validate().is_ok());
}

#[test]
fn a_search_finds_a_customer_by_everything_that_people_know_of_it() {
    let known = Customer {
        short_name: "大盛".into(),
        aliases: ["永昌行".to_owned()].into(),
        tax_id: TaxId::parse("04595257").ok(),
        phones: vec![Phone::parse("07-234 5678").unwrap()],
        tags: ["展會".to_owned()].into(),
        province: "高雄市".into(),
        district: "三民區".into(),
        address: "九如一路".into(),
        region: "南區".into(),
        ..customer(7, "鼎盛五金")
    };
    let summary = Summary::of(Kind::Customer, &serde_json::to_string(&known).unwrap()).unwrap();
    let mut buffer = SearchBuffer::default();
    buffer.push(&summary.found_by(Kind::Customer));
    for words in
        ["鼎盛", "dingsheng", "大盛", "永昌", "ych", "04595257", "072345678", "展会", "三民区", "高雄市三民區九如"]
    {
        assert_eq!(Search::default().find(&buffer, words).len(), 1, "{words}");
    }
    assert_eq!(summary.field(customer_field::ADDRESS), "高雄市三民區九如一路");
    assert_eq!(summary.field(customer_field::REGION), "南區");
}

fn entered() -> CustomerEnter {
    let contact = Contact { role: Some(DecisionRole::Decides), ..Contact::named(id(20), id(99), "陳先生") };
    let next = NextAction {
        id: id(21),
        customer: id(99),
        contact: Some(contact.id),
        due: chrono::NaiveDate::default(),
        time: None,
        what: "送樣品".into(),
        assignee: id(1),
        done: None,
        deleted_at: None,
        unknown: Unknown::new(),
    };
    CustomerEnter { customer: customer(7, "鼎盛"), contact: Some(Box::new(contact)), next: Some(Box::new(next)) }
}

#[test]
fn a_customer_is_entered_with_its_contact_and_what_comes_next() {
    let mut records = Records::default();
    records.run(entered(), &moment(Role::SalesRep)).unwrap();
    let below = (records.all::<Contact>(), records.all::<NextAction>());
    assert_eq!((below.0[0].customer, below.1[0].customer), (id(7), id(7)));
    assert!(records.get::<Customer>(id(7)).is_some());
}

#[test]
fn a_wrong_contact_keeps_the_customer_out_too() {
    let mut records = Records::default();
    let mut wrong = entered();
    wrong.contact = Some(Box::new(Contact::named(id(20), id(7), "")));
    let refused = records.run(wrong, &moment(Role::SalesRep));
    let field = Refusal::Field { field: "name".into(), problem: Problem::Required };
    assert_eq!((refused, records.get::<Customer>(id(7))), (Err(Stop::Refused(field)), None));
    let denied = records.run(entered(), &moment(Role::Finance));
    assert_eq!((denied, records.all::<Contact>().len()), (Err(Stop::Refused(Refusal::RoleNotAllowed)), 0));
}
