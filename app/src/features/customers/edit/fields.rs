//! The form's fields: what is typed, as text, so that a draft can keep it.

use std::collections::BTreeSet;

use domain::{
    customer::{Customer, PaymentTerms},
    record::Record as _,
    refusal::Problem,
    value::{Currency, Email, Money, Phone, Position, TaxId, Website, clean},
    visit::EVERY_MOST,
};
use leptos::prelude::*;

use crate::features::form::{Errors, phone_lines, phones_of};

/// The form's fields; sets hold one value a line.
#[derive(Clone, Copy)]
pub struct CustomerFields {
    pub name: RwSignal<String>,
    pub short_name: RwSignal<String>,
    pub aliases: RwSignal<String>,
    pub tax_id: RwSignal<String>,
    pub industry: RwSignal<String>,
    pub region: RwSignal<String>,
    pub phones: RwSignal<String>,
    pub email: RwSignal<String>,
    pub website: RwSignal<String>,
    pub wechat: RwSignal<String>,
    pub line: RwSignal<String>,
    pub qq: RwSignal<String>,
    pub postal_code: RwSignal<String>,
    pub province: RwSignal<String>,
    pub city: RwSignal<String>,
    pub district: RwSignal<String>,
    pub address: RwSignal<String>,
    pub position: RwSignal<String>,
    pub visit_every: RwSignal<String>,
    /// The first part of the terms' word on the wire.
    pub terms: RwSignal<String>,
    pub closing_day: RwSignal<String>,
    pub terms_days: RwSignal<String>,
    pub credit_limit: RwSignal<String>,
    pub level: RwSignal<String>,
    pub source: RwSignal<String>,
    pub tags: RwSignal<String>,
    pub remark: RwSignal<String>,
}

impl CustomerFields {
    pub fn of(customer: &Customer) -> Self {
        let field = |text: &str| RwSignal::new(text.to_owned());
        let shown = |value: Option<String>| RwSignal::new(value.unwrap_or_default());
        let lines = |words: &BTreeSet<String>| RwSignal::new(words.iter().cloned().collect::<Vec<_>>().join("\n"));
        let (terms, closing_day, days) = match customer.payment_terms {
            None => ("", None, None),
            Some(PaymentTerms::Prepaid) => ("prepaid", None, None),
            Some(PaymentTerms::OnDelivery) => ("on_delivery", None, None),
            Some(PaymentTerms::Days(days)) => ("days", None, Some(days)),
            Some(PaymentTerms::Monthly { closing_day, days }) => ("monthly", Some(closing_day), Some(days)),
        };
        Self {
            name: field(&customer.name),
            short_name: field(&customer.short_name),
            aliases: lines(&customer.aliases),
            tax_id: shown(customer.tax_id.as_ref().map(ToString::to_string)),
            industry: field(&customer.industry),
            region: field(&customer.region),
            phones: RwSignal::new(phone_lines(&customer.phones)),
            email: shown(customer.email.as_ref().map(ToString::to_string)),
            website: shown(customer.website.as_ref().map(ToString::to_string)),
            wechat: field(&customer.wechat),
            line: field(&customer.line),
            qq: field(&customer.qq),
            postal_code: field(&customer.postal_code),
            province: field(&customer.province),
            city: field(&customer.city),
            district: field(&customer.district),
            address: field(&customer.address),
            position: shown(customer.position.map(|position| position.to_string())),
            visit_every: shown(customer.visit_every.map(|days| days.to_string())),
            terms: field(terms),
            closing_day: shown(closing_day.map(|day| day.to_string())),
            terms_days: shown(days.map(|days| days.to_string())),
            credit_limit: shown(customer.credit_limit.map(|limit| limit.to_string())),
            level: field(&customer.level),
            source: field(&customer.source),
            tags: lines(&customer.tags),
            remark: field(&customer.remark),
        }
    }

    /// The fields by their names, for the draft.
    pub fn named(self) -> Vec<(&'static str, RwSignal<String>)> {
        vec![
            ("name", self.name),
            ("short_name", self.short_name),
            ("aliases", self.aliases),
            ("tax_id", self.tax_id),
            ("industry", self.industry),
            ("region", self.region),
            ("phones", self.phones),
            ("email", self.email),
            ("website", self.website),
            ("wechat", self.wechat),
            ("line", self.line),
            ("qq", self.qq),
            ("postal_code", self.postal_code),
            ("province", self.province),
            ("city", self.city),
            ("district", self.district),
            ("address", self.address),
            ("position", self.position),
            ("visit_every", self.visit_every),
            ("terms", self.terms),
            ("closing_day", self.closing_day),
            ("terms_days", self.terms_days),
            ("credit_limit", self.credit_limit),
            ("level", self.level),
            ("source", self.source),
            ("tags", self.tags),
            ("remark", self.remark),
        ]
    }

    /// Reads the form into a customer, or notes what is wrong.
    pub fn read(self, base: &Customer, currency: Option<Currency>, errors: Errors) -> Option<Customer> {
        let text = |field: RwSignal<String>| field.with_untracked(|text| clean(text));
        let set = |field: RwSignal<String>| {
            field.with_untracked(|lines| lines.lines().map(clean).filter(|line| !line.is_empty()).collect())
        };
        let customer = Customer {
            name: text(self.name),
            short_name: text(self.short_name),
            aliases: set(self.aliases),
            tax_id: errors.parsed_if_any("tax_id", self.tax_id, TaxId::parse),
            industry: text(self.industry),
            region: text(self.region),
            phones: self.phones.with_untracked(|text| phones_of(errors, "phones", text)),
            email: errors.parsed_if_any("email", self.email, Email::parse),
            website: errors.parsed_if_any("website", self.website, Website::parse),
            wechat: text(self.wechat),
            line: text(self.line),
            qq: text(self.qq),
            postal_code: text(self.postal_code),
            province: text(self.province),
            city: text(self.city),
            district: text(self.district),
            address: text(self.address),
            position: errors.parsed_if_any("position", self.position, Position::parse),
            visit_every: errors.parsed_if_any("visit_every", self.visit_every, |text| {
                text.parse().map_err(|_| Problem::NotANumber { least: 1, most: EVERY_MOST.into() })
            }),
            payment_terms: self.payment_terms(errors),
            credit_limit: match base.credit_limit.map(|limit| limit.currency).or(currency) {
                Some(currency) => {
                    errors.parsed_if_any("credit_limit", self.credit_limit, |text| Money::parse(text, currency))
                }
                None => None,
            },
            level: text(self.level),
            source: text(self.source),
            tags: set(self.tags),
            remark: text(self.remark),
            ..base.clone()
        };
        if let Err(error) = customer.validate() {
            errors.field(error);
        }
        (!errors.any()).then_some(customer)
    }

    fn payment_terms(self, errors: Errors) -> Option<PaymentTerms> {
        let number = |field: &str, value: RwSignal<String>, least: u16, most: u16| {
            let number = value.with_untracked(|text| clean(text).parse().ok());
            let number = number.filter(|number| (least..=most).contains(number));
            errors.parsed(field, number.ok_or(Problem::NotANumber { least: least.into(), most: most.into() }))
        };
        let days = || number("terms_days", self.terms_days, 0, PaymentTerms::DAYS_MOST);
        match self.terms.get_untracked().as_str() {
            "prepaid" => Some(PaymentTerms::Prepaid),
            "on_delivery" => Some(PaymentTerms::OnDelivery),
            "days" => days().map(PaymentTerms::Days),
            "monthly" => {
                let closing_day = number("closing_day", self.closing_day, 1, 31);
                let closing_day = closing_day.and_then(|day| u8::try_from(day).ok());
                let (closing_day, days) = (closing_day, days());
                closing_day.zip(days).map(|(closing_day, days)| PaymentTerms::Monthly { closing_day, days })
            }
            _ => None,
        }
    }

    /// Whether one of some fields holds something.
    pub fn any(fields: &[RwSignal<String>]) -> bool {
        fields.iter().any(|field| field.with_untracked(|text| !text.trim().is_empty()))
    }
}

/// The telephone numbers of a text, in digits, for comparing.
pub fn digits_of(lines: &str) -> Vec<String> {
    let phones = lines.lines().filter_map(|line| Phone::parse(line).ok());
    phones.map(|phone| phone.digits()).filter(|digits| digits.len() >= 6).collect()
}
