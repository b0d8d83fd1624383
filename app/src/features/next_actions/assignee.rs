//! Who is to do it, and whether they see the customer.

use domain::{
    access::Right,
    customer::{Customer, CustomerShare},
    kind::Kind,
    user::{User, UserId},
};
use leptos::prelude::*;

use super::fields::ActionFields;
use crate::{
    data::{
        people::{People, live_people},
        use_data,
    },
    i18n::t,
    ui::{
        language::{text, use_locale},
        select::{Choice, Select},
    },
};

/// Those who may be given something to do, and who has it.
fn choices(people: &People, now: UserId) -> Vec<Choice> {
    let works = |user: &&User| {
        user.id == now
            || user.active && user.roles.iter().any(|role| role.right(Kind::NextAction) == Some(Right::Write))
    };
    people.users.iter().filter(works).map(|user| Choice::new(user.id.to_string(), user.name.clone())).collect()
}

/// Who has it, and the offer to let them see the customer where they do not.
#[component]
pub fn AssigneeField(fields: ActionFields, customer: Memo<Option<Customer>>) -> impl IntoView {
    let (data, locale) = (use_data(), use_locale());
    let people = live_people(data, locale);
    let first = fields.chosen().unwrap_or_else(|| data.user());
    let list = Signal::derive(move || people.with(|people| choices(people, first)));
    let stranger = Memo::new(move |_| {
        let chosen = UserId::new(uuid::Uuid::try_parse(&fields.assignee.get()).ok()?);
        let customer = customer.get()?;
        people.with(|people| (!people.users.is_empty() && !people.sees(chosen, &customer)).then_some(chosen))
    });
    // What was ticked for one colleague is not meant for the next, nor for one who sees it anyway.
    Effect::new(move |before: Option<Option<UserId>>| {
        let now = stranger.get();
        if before.is_some_and(|before| before != now) {
            fields.share.set(if now.is_some() { "1".to_owned() } else { String::new() });
        }
        now
    });
    let ticked = move || fields.share.with(|share| !share.is_empty());
    view! {
        <Select name="assignee" label=text(t::next_actions::assignee) value=fields.assignee choices=list/>
        {move || stranger.get().map(|user| {
            let name = data.user_name(user);
            let hint = t::next_actions::let_see_hint(locale.get(), &name);
            view! {
                <label class="check">
                    <input type="checkbox" data-testid="assignee-share" prop:checked=ticked
                        on:change:target=move |event| fields.share.set(if event.target().checked() { "1".to_owned() } else { String::new() })/>
                    <span>
                        {t::next_actions::let_see(locale.get(), &name)}
                        <span class="muted small block">{hint}</span>
                    </span>
                </label>
            }
        })}
    }
}

/// The share that goes with the assignment, where it was ticked.
pub fn shared(fields: ActionFields, customer: &Customer) -> Option<CustomerShare> {
    let user = fields.chosen().filter(|_| fields.share.with_untracked(|share| !share.is_empty()))?;
    Some(CustomerShare { id: customer.id, user, right: Some(Right::Read), until: None })
}
