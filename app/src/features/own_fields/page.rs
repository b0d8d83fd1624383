//! Every own field by kind, in its order.

use domain::{
    edit::{Edit, FieldEdit},
    kind::Kind,
    mutation::Action,
    own::{OwnField, OwnFieldEdit},
};
use leptos::prelude::*;

use super::{kind_name, shape_name};
use crate::{
    data::{own::use_own, people::live_people, use_data},
    i18n::t,
    layout::page::PageHeader,
    platform::time::spawn,
    ui::{
        button::{ButtonLink, IconButton, Tone},
        icon::Icon,
        language::{text, use_locale},
    },
};

/// The page of an administrator; others are told whom to ask.
#[component]
pub fn OwnFieldsPage() -> impl IntoView {
    let data = use_data();
    let people = live_people(data, use_locale());
    let known = Memo::new(move |_| people.with(|people| !people.users.is_empty()));
    let administers = Memo::new(move |_| people.with(|people| people.administers(data.user())));
    view! {
        <div class="page" data-testid="own-fields">
            <PageHeader title=text(t::own_fields::title) back="/settings"/>
            <div class="page-body">
                <div class="column">
                    <p class="muted">{text(t::own_fields::intro)}</p>
                    {move || (known.get() && !administers.get()).then(|| view! {
                        <p class="muted small" data-testid="own-fields-read-only">{text(t::own_fields::only_administrators)}</p>
                    })}
                    {OwnField::KINDS.map(|kind| view! { <FieldsOf kind administers/> }).collect_view()}
                </div>
            </div>
        </div>
    }
}

#[component]
fn FieldsOf(kind: Kind, administers: Memo<bool>) -> impl IntoView {
    let own = use_own();
    let (add, none, title) = (text(t::own_fields::add), text(t::own_fields::none), text(kind_name(kind)));
    let href = format!("/own-fields/new?on={}", kind.name());
    let rows = move || {
        let fields = own.all(kind);
        let (active, retired): (Vec<_>, Vec<_>) = fields.into_iter().partition(|field| !field.retired);
        let last = active.len().saturating_sub(1);
        let rows = active.iter().cloned().enumerate().map(|(at, field)| {
            let up = (at > 0).then(|| moved(&active, at, at - 1));
            let down = (at < last).then(|| moved(&active, at, at + 1));
            view! { <FieldRow field administers up down/> }
        });
        let empty = (active.is_empty() && retired.is_empty())
            .then(|| view! { <p class="muted small section-empty">{none}</p> });
        view! {
            {empty}
            {rows.collect_view()}
            {retired.into_iter().map(|field| view! { <FieldRow field administers up=None down=None/> }).collect_view()}
        }
    };
    view! {
        <section class="card own-fields" data-testid=format!("own-fields-{}", kind.name())>
            <div class="section-head">
                <h2>{title}</h2>
                {move || administers.get().then(|| view! {
                    <ButtonLink href=href.clone() label=add testid="own-field-new" tone=Tone::Quiet icon=Icon::Plus/>
                })}
            </div>
            {rows}
        </section>
    }
}

/// Returns the edits after which a field stands at another place.
fn moved(fields: &[OwnField], from: usize, to: usize) -> Vec<(Action, String)> {
    let mut order: Vec<&OwnField> = fields.iter().collect();
    let field = order.remove(from);
    order.insert(to, field);
    let changed = order.into_iter().zip(1..).filter(|(field, place)| field.order != *place);
    let edit = |(field, place): (&OwnField, u32)| {
        let edit = Edit::fields(field.id, vec![FieldEdit::new("order", field.order, place)]);
        (OwnFieldEdit(edit).into(), field.label.clone())
    };
    changed.map(edit).collect()
}

/// What moves a field, if it can be moved.
type Moves = Option<Vec<(Action, String)>>;

#[component]
fn FieldRow(field: OwnField, administers: Memo<bool>, up: Moves, down: Moves) -> impl IntoView {
    let (data, locale) = (use_data(), use_locale());
    let (required, listed, retired) =
        (text(t::own_fields::required), text(t::own_fields::listed), text(t::own_fields::retired));
    let OwnField { id, shape, label, choices, .. } = field;
    let sub = move || {
        let shape = shape_name(shape)(locale.get());
        if choices.is_empty() { shape.to_owned() } else { format!("{shape} · {}", choices.join(" / ")) }
    };
    let unsent = data.unsent(Kind::OwnField, id);
    let step = move |icon, label, testid, moves: Moves| {
        moves.map(|moves| {
            let run = Callback::new(move |_| {
                let moves = moves.clone();
                // A failure shows as a banner; the order stays.
                spawn(async move { drop(data.enter_all(moves, Vec::new()).await) });
            });
            view! { <IconButton icon label testid on_press=run/> }
        })
    };
    let steps = move || {
        administers.get().then(|| {
            view! {
                {step(Icon::ChevronUp, text(t::own_fields::move_up), "own-field-up", up.clone())}
                {step(Icon::ChevronDown, text(t::own_fields::move_down), "own-field-down", down.clone())}
            }
        })
    };
    let href = move || administers.get().then(|| format!("/own-fields/{id}"));
    view! {
        <div class="row" class:unsent=move || unsent.get() data-testid="own-field-row">
            <a class="row-main plain" href=href data-testid="own-field-open">
                <div class="row-title">
                    <span class=if field.retired { "muted" } else { "" }>{label}</span>
                    {field.required.then(|| view! { <span class="pill small">{required}</span> })}
                    {field.listed.then(|| view! { <span class="pill small">{listed}</span> })}
                    {field.retired.then(|| view! { <span class="pill small">{retired}</span> })}
                </div>
                <div class="row-sub one-line">{sub}</div>
            </a>
            {steps}
        </div>
    }
}
