//! What is due today.

use chrono::NaiveDate;
use domain::{
    kind::{Kind, RecordKey},
    next_action::NextAction,
    summary::next_action_field,
};
use leptos::{prelude::*, text_prop::TextProp};
use uuid::Uuid;

use crate::{
    data::{Data, Store, live, moment, use_data},
    features::next_actions::ActionRow,
    i18n::{Key, t},
    layout::page::PageHeader,
    platform::intl::{self, Style},
    ui::{
        button::ButtonLink,
        empty_state::EmptyState,
        icon::Icon,
        language::{text, use_locale},
    },
};

/// The open next actions of one person by when they are due.
#[derive(Clone, Debug, Default, PartialEq)]
struct Due {
    overdue: Vec<NextAction>,
    today: Vec<NextAction>,
    tomorrow: Vec<NextAction>,
}

impl Due {
    fn is_empty(&self) -> bool {
        self.overdue.is_empty() && self.today.is_empty() && self.tomorrow.is_empty()
    }
}

/// Chooses by the index alone, so that no body is read in vain.
fn mine_until(store: &Store, user: Uuid, day: NaiveDate) -> Vec<Uuid> {
    let (user, day) = (user.to_string(), day.to_string());
    let mut ids = Vec::new();
    store.with_base(|base| {
        base.scan(Kind::NextAction, |id, _, hidden| {
            if !hidden {
                ids.push(id);
            }
        })
    });
    store.with_preview(|preview| {
        let first = RecordKey::new(Kind::NextAction, Uuid::nil());
        let last = RecordKey::new(Kind::NextAction, Uuid::max());
        ids.extend(preview.changes.range(first..=last).map(|(key, _)| key.id));
    });
    ids.sort_unstable();
    ids.dedup();
    ids.retain(|id| {
        store.shown(RecordKey::new(Kind::NextAction, *id)).is_some_and(|shown| {
            let field = |place| shown.summary.field(place);
            !shown.summary.hidden
                && field(next_action_field::DONE).is_empty()
                && field(next_action_field::ASSIGNEE) == user
                && field(next_action_field::DUE) <= day.as_str()
        })
    });
    ids
}

async fn load(data: Data) -> Due {
    let today = data.today();
    let tomorrow = moment::after(today, 1);
    let mut due = Due::default();
    for id in data.with(|store| mine_until(store, data.user().uuid(), tomorrow)) {
        let Some(action) = data.get::<NextAction>(id.into()).await else { continue };
        let list = match action.due {
            day if day < today => &mut due.overdue,
            day if day == today => &mut due.today,
            _ => &mut due.tomorrow,
        };
        list.push(action);
    }
    for list in [&mut due.overdue, &mut due.today, &mut due.tomorrow] {
        list.sort_by_key(|action| (action.due, action.time, action.id));
    }
    due
}

/// The first page.
#[component]
pub fn TodayPage() -> impl IntoView {
    let (data, locale) = (use_data(), use_locale());
    let loaded = live(move || load(data));
    let due = Memo::new(move |_| loaded.get());
    let (none_title, none_text) = (text(t::next_actions::none_title), text(t::next_actions::none_text));
    let customers = text(t::common::customers);
    let day = move || intl::plain_date(locale.get(), &data.today().to_string(), Style::Full);
    view! {
        <div class="page" data-testid="today">
            <PageHeader title=text(t::common::today)/>
            <div class="page-body">
                <p class="muted small" data-testid="today-date">{day}</p>
                {move || match due.get() {
                    None => ().into_any(),
                    Some(due) if due.is_empty() => view! {
                        <EmptyState icon=Icon::Sun title=none_title explanation=TextProp::from(none_text) testid="today-empty">
                            <ButtonLink href="/customers" label=customers testid="today-customers" icon=Icon::Users/>
                        </EmptyState>
                    }
                    .into_any(),
                    Some(due) => view! {
                        <div class="column today">
                            <Group title=t::next_actions::overdue testid="today-overdue" actions=due.overdue/>
                            <Group title=t::next_actions::today testid="today-due" actions=due.today/>
                            <Group title=t::next_actions::due_tomorrow testid="today-tomorrow" actions=due.tomorrow/>
                        </div>
                    }
                    .into_any(),
                }}
            </div>
        </div>
    }
}

#[component]
fn Group(title: Key, testid: &'static str, actions: Vec<NextAction>) -> impl IntoView {
    let locale = use_locale();
    let count = actions.len() as u64;
    let title = text(title);
    (count > 0).then(|| {
        view! {
            <section data-testid=testid>
                <div class="section-head">
                    <h2>{title}</h2>
                    <span class="count">{move || t::common::items(locale.get(), count)}</span>
                </div>
                <div class="card">
                    {actions.into_iter().map(|action| view! { <ActionRow action named=true/> }).collect_view()}
                </div>
            </section>
        }
    })
}
