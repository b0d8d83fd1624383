//! 撞單: whether two customers are one company, and why.
//!
//! A name is taken apart ([`NameKey`]), so that 鼎盛五金 finds 深圳市鼎盛五金有限公司 and Dingsheng Hardware; beside names stand
//! the signs that do not lie, such as a tax number. Every sign has a weight, and signs that come together weigh more.

mod alike;
mod keys;
mod name;
mod register;
mod sound;
mod words;

pub use alike::{Alike, alike};
pub(crate) use keys::hash;
pub use keys::{Key, KeyIndex, Sharing};
pub use name::{Core, NameKey, Script};
pub use register::{Candidates, Register};

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    customer::Customer,
    search::fold,
    summary::customer_field,
    value::{Email, Phone, TaxId, Website},
};

/// From this weight on two customers are shown side by side; out of 100.
pub const LIKELY: u8 = 60;
/// From this weight on somebody is asked to look at them at once: the same name, or a number that only one company has.
pub const PRESSING: u8 = 85;

/// The least digits by which a telephone tells one customer from another.
const PHONE_DIGITS_LEAST: usize = 7;

/// Who gives out addresses to anybody, and what stands for an example (RFC 2606).
const PUBLIC_MAIL: &[&str] = &[
    "example.com",
    "example.net",
    "example.org",
    "gmail.com",
    "hotmail.com",
    "outlook.com",
    "live.com",
    "yahoo.com",
    "yahoo.com.tw",
    "yahoo.com.hk",
    "msn.com",
    "icloud.com",
    "qq.com",
    "foxmail.com",
    "163.com",
    "126.com",
    "yeah.net",
    "sina.com",
    "sina.cn",
    "sohu.com",
    "139.com",
    "189.cn",
    "aliyun.com",
    "21cn.com",
    "tom.com",
    "hinet.net",
    "seed.net.tw",
    "pchome.com.tw",
    "netvigator.com",
];

/// Why two customers may be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    TaxId,
    Phone,
    Email,
    /// They write from, or show themselves at, the same domain.
    Domain,
    /// The same WeChat, LINE or QQ.
    Account,
    Name(Alike),
    Address,
}

impl Reason {
    /// Returns how far it speaks for one company; out of 100. From the practice of others, tuned on the pairs of the tests.
    pub fn weight(self) -> u8 {
        match self {
            Reason::TaxId => 100,
            Reason::Phone | Reason::Email => 90,
            Reason::Account => 80,
            Reason::Domain => 60,
            Reason::Name(alike) => alike.weight(),
            Reason::Address => 40,
        }
    }
}

/// What is known of a customer that tells it from others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signs {
    pub names: Vec<NameKey>,
    pub tax_id: Option<String>,
    /// Digits without what dials abroad or the city.
    pub phones: BTreeSet<String>,
    pub email: Option<String>,
    pub domains: BTreeSet<String>,
    pub accounts: BTreeSet<String>,
    pub address: String,
}

impl Signs {
    /// Reads a customer's line in the device's index: less than the whole customer says, but no body is read for it.
    pub fn of_line<'a>(field: impl Fn(usize) -> &'a str) -> Self {
        let lines = |place: usize| field(place).split('\n').filter(|line| !line.is_empty());
        let names = [customer_field::NAME, customer_field::SHORT_NAME, customer_field::ALIASES];
        let phones = lines(customer_field::PHONE).chain(lines(customer_field::MORE_PHONES));
        let email = Email::parse(field(customer_field::EMAIL)).ok();
        Self {
            names: names.into_iter().flat_map(lines).map(NameKey::of).collect(),
            tax_id: Some(field(customer_field::TAX_ID).to_owned()).filter(|tax_id| !tax_id.is_empty()),
            phones: phones.filter_map(|phone| subscriber(&Phone::parse(phone).ok()?)).collect(),
            domains: email.iter().filter_map(mail_domain).collect(),
            email: email.map(|email| fold(Email::as_str(&email))),
            accounts: BTreeSet::new(),
            address: street(field(customer_field::ADDRESS)),
        }
    }

    /// Adds telephones as they were typed.
    #[must_use]
    pub fn with_phones<'a>(mut self, typed: impl IntoIterator<Item = &'a str>) -> Self {
        self.phones.extend(typed.into_iter().filter_map(|phone| subscriber(&Phone::parse(phone).ok()?)));
        self
    }

    /// Reads a customer.
    pub fn of(customer: &Customer) -> Self {
        let names = [&customer.name, &customer.short_name].into_iter().chain(&customer.aliases);
        let mut signs = Self::default();
        for name in names.filter(|name| !name.trim().is_empty()) {
            signs.names.push(NameKey::of(name));
        }
        signs.tax_id = customer.tax_id.as_ref().map(|id| TaxId::as_str(id).to_owned());
        signs.phones = customer.phones.iter().filter_map(subscriber).collect();
        if let Some(email) = &customer.email {
            signs.email = Some(fold(Email::as_str(email)));
            signs.domains.extend(mail_domain(email));
        }
        signs.domains.extend(customer.website.as_ref().map(site_domain));
        for (kind, account) in [("wechat", &customer.wechat), ("line", &customer.line), ("qq", &customer.qq)] {
            let account = fold(account);
            if !account.is_empty() {
                signs.accounts.insert(format!("{kind}:{account}"));
            }
        }
        let address = [&customer.province, &customer.city, &customer.district, &customer.address].map(String::as_str);
        signs.address = street(&address.concat());
        signs
    }
}

/// An address that is one company's: a district is many, a street with a number is one.
fn street(address: &str) -> String {
    if !address.chars().any(|c| c.is_ascii_digit()) {
        return String::new();
    }
    fold(address).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The digits of a telephone that stay the same however it is written: +886-2-2345-6789 is 2345-6789 with 02 before it.
fn subscriber(phone: &Phone) -> Option<String> {
    let main = phone.as_str().split(['#', ';', 'x', '轉', '转', '分']).next().unwrap_or_default();
    let digits = Phone::parse(main).ok()?.digits();
    let abroad = ["00886", "0086", "00852", "886", "86", "852"].into_iter().find_map(|code| {
        let rest = digits.strip_prefix(code)?;
        (rest.len() >= 8).then_some(rest)
    });
    let national = abroad.unwrap_or(&digits).trim_start_matches('0');
    (national.len() >= PHONE_DIGITS_LEAST).then(|| national.to_owned())
}

fn mail_domain(email: &Email) -> Option<String> {
    let (_, host) = email.as_str().rsplit_once('@')?;
    let host = host.to_ascii_lowercase();
    (!PUBLIC_MAIL.contains(&host.as_str())).then_some(host)
}

fn site_domain(website: &Website) -> String {
    let text = website.as_str().to_ascii_lowercase();
    let rest = text.split_once("://").map_or(text.as_str(), |(_, rest)| rest);
    let host = rest.split(['/', '?', '#', ':']).next().unwrap_or_default();
    host.strip_prefix("www.").unwrap_or(host).to_owned()
}

/// What speaks for two customers being one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Out of 100.
    pub weight: u8,
    /// The strongest first.
    pub reasons: Vec<Reason>,
}

impl Verdict {
    /// Says whether a person should look at the two.
    pub fn is_likely(&self) -> bool {
        self.weight >= LIKELY
    }
}

/// Compares two customers. Tax numbers that differ make the names weigh less: two companies may bear one name.
pub fn compare(one: &Signs, other: &Signs) -> Verdict {
    let mut reasons = Vec::new();
    if one.tax_id.is_some() && one.tax_id == other.tax_id {
        reasons.push(Reason::TaxId);
    }
    if one.email.is_some() && one.email == other.email {
        reasons.push(Reason::Email);
    } else if one.domains.intersection(&other.domains).next().is_some() {
        reasons.push(Reason::Domain);
    }
    let shared = [
        (Reason::Phone, one.phones.intersection(&other.phones).next().is_some()),
        (Reason::Account, one.accounts.intersection(&other.accounts).next().is_some()),
        (Reason::Address, !one.address.is_empty() && one.address == other.address),
    ];
    reasons.extend(shared.into_iter().filter(|(_, shared)| *shared).map(|(reason, _)| reason));
    let names = one.names.iter().flat_map(|a| other.names.iter().map(move |b| (a, b)));
    reasons.extend(names.filter_map(|(a, b)| alike(a, b)).min().map(Reason::Name));
    reasons.sort_by_key(|reason| (100 - reason.weight(), *reason));
    let differ = one.tax_id.is_some() && other.tax_id.is_some() && one.tax_id != other.tax_id;
    let against: u32 = if differ { 2 } else { 1 };
    // What is left of the doubt when every sign takes its share of it.
    let doubt = reasons.iter().fold(100, |doubt, reason| doubt * (100 - u32::from(reason.weight()) / against) / 100);
    Verdict { weight: u8::try_from(100 - doubt).unwrap_or(100), reasons }
}

#[cfg(test)]
mod tests;
