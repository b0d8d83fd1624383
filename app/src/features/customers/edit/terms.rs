//! When a customer pays, and how much may be open.

use domain::value::Currency;
use leptos::prelude::*;

use super::fields::CustomerFields;
use crate::{
    features::form::Errors,
    i18n::t,
    ui::{
        field::Need,
        input::{Input, InputKind},
        language::{text, use_locale},
        select::{Choice, Select},
    },
};

/// Payment terms with what each needs, and the credit limit.
#[component]
pub fn TermsFields(fields: CustomerFields, errors: Errors, currency: Option<Currency>) -> impl IntoView {
    let locale = use_locale();
    let choices = Signal::derive(move || {
        let locale = locale.get();
        let choice = |value: &str, words: crate::i18n::Key| Choice::new(value, words(locale));
        vec![
            choice("monthly", t::customers::terms_monthly),
            choice("days", t::customers::terms_days),
            choice("on_delivery", t::customers::terms_on_delivery),
            choice("prepaid", t::customers::terms_prepaid),
        ]
    });
    let is = move |some: &'static [&'static str]| move || fields.terms.with(|terms| some.contains(&terms.as_str()));
    let (closing_day, days) = (text(t::customers::closing_day), text(t::customers::terms_day_count));
    let limit = currency.map(|currency| {
        let label = move || t::customers::credit_limit_in(locale.get(), currency.code());
        view! {
            <Input name="credit_limit" label=label value=fields.credit_limit kind=InputKind::Amount error=errors.of("credit_limit")/>
        }
    });
    view! {
        <div class="form-pair">
            <Select name="payment_terms" label=text(t::customers::payment_terms) value=fields.terms choices error=errors.of("payment_terms")/>
            <Show when=is(&["monthly"])>
                <Input name="closing_day" label=closing_day value=fields.closing_day kind=InputKind::Number need=Need::Required error=errors.of("closing_day")/>
            </Show>
            <Show when=is(&["monthly", "days"])>
                <Input name="terms_days" label=days value=fields.terms_days kind=InputKind::Number need=Need::Required error=errors.of("terms_days")/>
            </Show>
            {limit}
        </div>
    }
}
