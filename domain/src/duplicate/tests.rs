use std::collections::BTreeSet;

use uuid::Uuid;

use super::{Alike, KeyIndex, LIKELY, NameKey, Reason, Signs, alike, compare};
use crate::{
    customer::Customer,
    value::{Phone, TaxId, Website},
};

fn likeness(one: &str, other: &str) -> Option<Alike> {
    let (one, other) = (NameKey::of(one), NameKey::of(other));
    assert_eq!(alike(&one, &other), alike(&other, &one), "it matters who comes first: {one:?} {other:?}");
    alike(&one, &other)
}

#[test]
fn a_name_is_found_whatever_the_company_is_in_law() {
    for other in [
        "鼎盛五金",
        "鼎盛五金有限公司",
        "深圳市鼎盛五金有限公司",
        "鼎盛五金(深圳)有限公司",
        "鼎盛五金股份有限公司深圳分公司",
        "鼎盛 五金（股）公司",
    ] {
        assert_eq!(likeness("鼎盛五金股份有限公司", other), Some(Alike::Same), "{other}");
    }
    assert_eq!(likeness("ABC 有限公司", "ABC公司"), Some(Alike::Same));
    assert_eq!(likeness("Pacific Textiles Co., Ltd.", "PACIFIC TEXTILES LIMITED"), Some(Alike::Same));
}

#[test]
fn a_short_name_is_found_and_another_trade_is_not_the_same() {
    assert_eq!(likeness("鼎盛", "鼎盛五金有限公司"), Some(Alike::Shorter));
    assert_eq!(likeness("鼎盛五金", "鼎盛五金工業股份有限公司"), Some(Alike::Shorter));
    assert_eq!(likeness("大同貿易有限公司", "大同食品有限公司"), Some(Alike::OtherTrade));
    assert_eq!(likeness("永豐五金", "永興五金"), None);
    assert_eq!(likeness("第一製衣", "第二製衣"), None);
    assert_eq!(likeness("ABC Ltd", "ABD Ltd"), None);
}

#[test]
fn slips_of_the_pen_and_other_letters_are_found() {
    assert_eq!(likeness("鼎晟五金", "鼎盛五金"), Some(Alike::Misspelt));
    assert_eq!(likeness("Dingsheng Hardware Co., Ltd.", "鼎盛五金有限公司"), Some(Alike::Romanised));
    assert_eq!(likeness("Hung Ta Enterprise", "宏達企業"), Some(Alike::Romanised));
    assert_eq!(likeness("Golden Dragn Trading", "Golden Dragon Trading"), Some(Alike::Misspelt));
    assert_eq!(likeness("鼎盛五金 Dingsheng Hardware", "Dingsheng Hardware"), Some(Alike::Same));
}

#[test]
fn a_place_alone_and_a_trade_alone_are_no_name() {
    assert_eq!(likeness("深圳五金", "深圳電子"), Some(Alike::OtherTrade));
    assert!(Alike::OtherTrade.weight() < LIKELY);
    assert_eq!(likeness("五金有限公司", "鼎盛五金有限公司"), None);
}

#[test]
fn two_shops_of_one_name_in_two_towns_are_told_apart_from_one_company() {
    assert_eq!(likeness("台南大同五金行", "基隆大同五金行"), Some(Alike::Elsewhere));
    assert_eq!(likeness("台南大同五金股份有限公司", "基隆大同五金行"), Some(Alike::Shorter));
    assert_eq!(likeness("泰沃鋁業有限公司三水分廠", "泰沃鋁業"), Some(Alike::Same));
    assert_eq!(likeness("Great Eastern Timber", "Great Western Timber"), None);
}

/// The figures that `cargo xtask bench duplicates` prints must not fall unseen.
#[test]
fn pairs_that_people_have_judged_are_judged_alike() {
    let pairs = include_str!("pairs.tsv").lines().filter(|line| !line.starts_with('#'));
    let (mut all, mut right) = ([0_u32; 2], [0_u32; 2]);
    for pair in pairs {
        let [label, one, other] = pair.split('\t').collect::<Vec<_>>()[..] else { panic!("no pair: {pair}") };
        let same = label == "same";
        let likely = compare(&Signs::of(&customer(one)), &Signs::of(&customer(other))).is_likely();
        all[usize::from(same)] += 1;
        right[usize::from(same)] += u32::from(likely == same);
    }
    assert!(all[0] + all[1] >= 300);
    assert!(right[1] * 100 >= all[1] * 90, "recall: {} of {}", right[1], all[1]);
    assert!(right[0] * 100 >= all[0] * 97, "quiet: {} of {}", right[0], all[0]);
}

fn customer(name: &str) -> Customer {
    Customer::named(Uuid::from_u128(1).into(), name)
}

#[test]
fn signs_that_come_together_weigh_more_and_a_different_tax_number_weighs_against() {
    let mut one = customer("鼎盛五金");
    let mut other = customer("大同食品");
    one.phones = vec![Phone::parse("+886-2-2345-6789").unwrap()];
    other.phones = vec![Phone::parse("(02)2345-6789 轉 12").unwrap()];
    let verdict = compare(&Signs::of(&one), &Signs::of(&other));
    assert_eq!((verdict.reasons.as_slice(), verdict.weight), ([Reason::Phone].as_slice(), 90));

    other.name = "鼎盛五金行".to_owned();
    let verdict = compare(&Signs::of(&one), &Signs::of(&other));
    assert_eq!(verdict.reasons, [Reason::Phone, Reason::Name(Alike::Shorter)]);
    assert!(verdict.weight > 95, "{verdict:?}");

    (one.phones, other.phones) = (Vec::new(), Vec::new());
    assert!(compare(&Signs::of(&one), &Signs::of(&other)).is_likely());
    one.tax_id = Some(TaxId::parse("04595257").unwrap());
    other.tax_id = Some(TaxId::parse("12345675").unwrap());
    assert!(!compare(&Signs::of(&one), &Signs::of(&other)).is_likely());
    other.tax_id = one.tax_id.clone();
    assert_eq!(compare(&Signs::of(&one), &Signs::of(&other)).weight, 100);
}

#[test]
fn a_domain_counts_unless_anybody_gets_an_address_there() {
    let mut one = customer("一");
    let mut other = customer("二");
    one.email = Some(crate::value::Email::parse("a@dingsheng.com.tw").unwrap());
    other.website = Some(Website::parse("https://www.dingsheng.com.tw/about").unwrap());
    assert_eq!(compare(&Signs::of(&one), &Signs::of(&other)).reasons, [Reason::Domain]);
    one.email = Some(crate::value::Email::parse("a@gmail.com").unwrap());
    other.email = Some(crate::value::Email::parse("b@gmail.com").unwrap());
    other.website = None;
    assert!(compare(&Signs::of(&one), &Signs::of(&other)).reasons.is_empty());
}

#[test]
fn what_is_likely_has_a_key_in_common() {
    let pairs = include_str!("pairs.tsv").lines().filter(|line| !line.starts_with('#'));
    let (mut likely, mut unseen) = (0_u32, Vec::new());
    for pair in pairs {
        let [_, one, other] = pair.split('\t').collect::<Vec<_>>()[..] else { panic!("no pair: {pair}") };
        let (one, other) = (Signs::of(&customer(one)), Signs::of(&customer(other)));
        if compare(&one, &other).is_likely() {
            likely += 1;
            if one.keys().is_disjoint(&other.keys()) {
                unseen.push(pair);
            }
        }
    }
    assert!(likely > 200 && unseen.len() * 100 <= likely as usize, "{unseen:?} of {likely}");
}

#[test]
fn an_index_finds_who_shares_a_key_and_says_when_it_means_nothing() {
    let mut index = KeyIndex::default();
    index.add(0, &Signs::of(&customer("鼎盛五金有限公司")));
    index.add(1, &Signs::of(&customer("永豐五金有限公司")));
    for number in 0..=60 {
        index.add(1_000 + number, &Signs::of(&customer("日新貿易")));
    }
    index.order();
    let sharing = |name: &str| index.sharing(&Signs::of(&customer(name)));
    assert_eq!(sharing("Dingsheng Hardware").customers, [0].into());
    assert_eq!(sharing("鼎晟五金行").customers, [0].into());
    assert!(!sharing("永豐").too_many);
    assert!(sharing("日新貿易").too_many && sharing("日新貿易").customers.is_empty());
    index.add(2, &Signs::of(&customer("Ding Sheng Hardware Co., Ltd.")));
    index.order();
    let mut pairs = BTreeSet::new();
    index.each_group(|group| {
        assert!(group.windows(2).all(|pair| pair[0].0 == pair[1].0 && pair[0].1 < pair[1].1));
        pairs.extend(group.windows(2).map(|pair| (pair[0].1, pair[1].1)));
    });
    assert_eq!(pairs, [(0, 2)].into(), "those of a key that too many have are in no group");
}

#[test]
fn a_line_of_the_index_says_what_the_customer_says() {
    let customer = Customer {
        short_name: "鼎盛".into(),
        tax_id: TaxId::parse("04595257").ok(),
        phones: ["07-234-5678", "0912-345-678"].into_iter().filter_map(|phone| Phone::parse(phone).ok()).collect(),
        email: crate::value::Email::parse("sales@dingsheng.com.tw").ok(),
        province: "高雄市".into(),
        address: "九如一路 12 號".into(),
        ..customer("鼎盛五金有限公司")
    };
    let body = serde_json::to_string(&customer).unwrap();
    let line = crate::summary::Summary::of(crate::kind::Kind::Customer, &body).unwrap();
    assert_eq!(Signs::of_line(|place| line.field(place)), Signs::of(&customer));
}
