//! Laws that hold for every kind in the registry, those of tomorrow included.

use uuid::Uuid;

use crate::{
    columns::ColumnType,
    kind::{Group, Kind, RecordKey},
    mutation::{Action, Undecoded, ids_named},
    refusal::Refusal,
    summary::Summary,
};

pub(super) const ID: &str = "01900000-0000-7000-8000-000000000001";
pub(super) const PARENT: &str = "01900000-0000-7000-8000-000000000002";

/// A body of every kind. The compiler names the kind that was forgotten.
pub(super) fn sample(kind: Kind) -> String {
    let rest = match kind {
        Kind::Organisation => {
            r#""name":"常客","language":"zh-Hant","currency":"TWD","time_zone":"Asia/Taipei""#.to_owned()
        }
        Kind::Department => format!(r#""name":"業務部","parent":"{PARENT}""#),
        Kind::User => {
            format!(r#""name":"李","sign_in":"li","roles":["sales_rep"],"department":"{PARENT}","active":true"#)
        }
        Kind::Customer => format!(r#""name":"鼎盛","owner":"{PARENT}""#),
        Kind::Contact => format!(r#""customer":"{PARENT}","name":"陳""#),
        Kind::ContactRecord => {
            format!(r#""customer":"{PARENT}","channel":"visit","happened_at":5,"author":"{ID}""#)
        }
        Kind::NextAction => format!(r#""customer":"{PARENT}","due":"2026-11-24","what":"回電","assignee":"{ID}""#),
        Kind::Conflict => format!(
            r#""about":{{"kind":"customer","id":"{PARENT}"}},"group":"customer:{PARENT}","field":{{"name":"name"}},
               "seen":"a","theirs":"b","mine":"c","author":null,"happened":5"#
        ),
        Kind::OwnField => r#""on":"customer","shape":"text","label":"車號""#.to_owned(),
        Kind::ListView => format!(r#""name":"南區","list":"customer","query":"region=%E5%8D%97","owner":"{PARENT}""#),
        Kind::Fingerprints => r#""of":"AAAABwEBAAAACQAABQ""#.to_owned(),
        Kind::Pool => r#""name":"南區公海""#.to_owned(),
        Kind::Claim => {
            format!(r#""customer":"{PARENT}","what":"claimed","to":"{PARENT}","at":5,"day":"2026-11-24""#)
        }
        Kind::Clash => format!(r#""customer":"{PARENT}","found_at":5"#),
        Kind::PoolCard => format!(r#""pool":"{PARENT}","name":"鼎盛""#),
        Kind::Visit => format!(r#""customer":"{PARENT}","day":"2026-11-30","order":1,"rep":"{ID}""#),
        Kind::DayReport => format!(r#""rep":"{PARENT}","day":"2026-11-30","remark":"下雨""#),
        Kind::Pipeline => {
            format!(
                r#""name":"直銷","stages":[{{"id":"{PARENT}","at":0,"name":"報價","probability":60}}],"loss_reasons":[{{"id":"{ID}","at":0,"name":"價格"}}]"#
            )
        }
        Kind::Opportunity => format!(
            r#""customer":"{PARENT}","name":"年度訂單","pipeline":"{ID}","stage":"{ID}","stage_since":"2026-11-24""#
        ),
        Kind::StageMove => format!(
            r#""customer":"{PARENT}","opportunity":"{PARENT}","pipeline":"{ID}","to":{{"what":"won"}},"at":5,
               "day":"2026-11-24""#
        ),
        Kind::Handover => {
            format!(r#""from":"{PARENT}","by":"{ID}","at":5,"way":{{"how":"one","to":"{ID}"}}"#)
        }
        Kind::Distinct => format!(r#""one":"{ID}","other":"{PARENT}""#),
        Kind::Attachment => format!(
            r#""customer":"{PARENT}","on":{{"kind":"customer","id":"{PARENT}"}},"name":"名片.jpg","bytes":3,
               "media_type":"image/jpeg","hash":"{}","added_at":5,"author":"{ID}""#,
            crate::attachment::BlobHash::of(b"abc")
        ),
    };
    format!(r#"{{"id":"{ID}",{rest}}}"#)
}

#[test]
fn every_kind_reads_its_sample() {
    for kind in Kind::ALL {
        kind.facts(&sample(*kind)).unwrap();
        kind.check(&sample(*kind)).unwrap();
        assert_eq!(kind.cells(&sample(*kind)).unwrap().len(), kind.columns().len(), "{kind}");
    }
}

#[test]
fn names_and_numbers_lead_back_to_the_kind() {
    for kind in Kind::ALL {
        assert_eq!(Kind::parse(kind.name()), Some(*kind));
        assert_eq!(Kind::from_number(kind.number()), Some(*kind));
    }
    assert_eq!((Kind::parse("unicorn"), Kind::from_number(200)), (None, None));
}

#[test]
fn parents_are_what_references_name_and_a_merge_finds_them() {
    for kind in Kind::ALL.iter().filter(|kind| !kind.parents().is_empty()) {
        let facts = kind.facts(&sample(*kind)).unwrap();
        let mut named: Vec<Kind> = facts.references.iter().map(|key| key.kind).collect();
        named.dedup(); // a pair names two of one kind
        assert_eq!(named, kind.parents(), "{kind}");
    }
    for kind in Kind::ALL {
        let columns = kind.columns();
        let names_one = columns.iter().any(|column| column.shape == ColumnType::Reference(Kind::Customer));
        let below_customers = names_one && *kind != Kind::Customer;
        assert!(!below_customers || kind.parents().contains(&Kind::Customer), "{kind} would be left behind by a merge");
    }
}

#[test]
fn what_is_below_two_kinds_of_one_customer_goes_with_the_nearer_one() {
    let below = |kind: &Kind| kind.parents().contains(&Kind::Customer);
    for kind in Kind::ALL.iter().filter(|kind| below(kind) && kind.parents().iter().any(below)) {
        let on = kind.facts(&sample(*kind)).unwrap().hangs_on;
        assert!(
            on.is_some_and(|on| kind.parents().contains(&on.kind)),
            "{kind} would be left behind by an undone merge"
        );
    }
}

#[test]
fn parents_come_before_their_children_in_the_feed() {
    for kind in Kind::ALL {
        assert!(kind.parents().iter().all(|parent| parent <= kind), "{kind}");
    }
}

#[test]
fn the_line_of_an_index_agrees_with_the_facts() {
    for kind in Kind::ALL {
        let (facts, line) = (kind.facts(&sample(*kind)).unwrap(), Summary::of(*kind, &sample(*kind)).unwrap());
        assert_eq!((line.parents, line.hidden), (facts.references, facts.deleted), "{kind}");
    }
}

#[test]
fn fields_of_a_later_build_survive_a_round_trip() {
    for kind in Kind::ALL {
        let body = sample(*kind).replacen('{', r#"{"of_tomorrow":[1,2],"#, 1);
        let id = Uuid::try_parse(ID).unwrap();
        let parent = Uuid::try_parse(PARENT).unwrap();
        // Rewriting a reference reads and writes the whole record.
        let loaded = crate::view::Loaded {
            records: [(
                RecordKey::new(*kind, id),
                crate::view::Slot::Here(crate::view::Row {
                    key: RecordKey::new(*kind, id),
                    group: Group::Org,
                    rev: 1,
                    body: body.into(),
                }),
            )]
            .into(),
            ..Default::default()
        };
        let mut view = crate::view::View::new(&loaded, Uuid::nil());
        kind.repoint(&mut view, id, parent, Uuid::max()).unwrap();
        let changes = view.into_changes();
        let (row, facts) = changes[&RecordKey::new(*kind, id)].after.clone().unwrap();
        assert!(row.body.contains(r#""of_tomorrow":[1,2]"#), "{kind}: {}", row.body);
        assert!(facts.references.iter().all(|key| key.id != parent), "{kind}");
    }
}

#[test]
fn groups_have_a_text_form() {
    for group in [Group::Org, Group::Of(RecordKey::new(Kind::Customer, Uuid::max()))] {
        assert_eq!(Group::parse(&group.to_string()), Some(group));
    }
    assert_eq!(Group::parse("customer:nothing"), None);
}

#[test]
fn actions_of_other_builds_are_not_refused_and_wrong_ones_are() {
    assert!(matches!(Action::decode("order_confirm", 1, "{}"), Err(Undecoded::Unknown)));
    assert!(matches!(Action::decode("customer_create", 99, "{}"), Err(Undecoded::Unknown)));
    let wrong = Action::decode("customer_create", 1, r#"{"customer":7}"#);
    assert!(matches!(wrong, Err(Undecoded::Refused(Refusal::BadArguments))));
    let nul = format!(r#"{{"customer":{{"id":"{ID}","name":"a\u0000"}}}}"#);
    assert!(matches!(Action::decode("customer_create", 1, &nul), Err(Undecoded::Refused(Refusal::BadArguments))));
}

#[test]
fn ids_are_found_however_deep() {
    let named = ids_named(&format!(r#"{{"a":[{{"b":"{ID}"}}],"c":"{PARENT}","d":"no id"}}"#));
    assert_eq!(named.len(), 2);
}
