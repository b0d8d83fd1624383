//! What today asks of whoever works here.

pub mod attention;
pub mod birthdays;
pub mod pressing;
pub mod silence;
pub mod waiting;

pub use silence::SilentAfterForm;

use domain::{
    agenda::{Agenda, Congratulate, Waiting},
    next_action::NextAction,
};
use leptos::{prelude::*, text_prop::TextProp};
use uuid::Uuid;

use self::{
    attention::{Attention, AttentionGroup},
    birthdays::Birthdays,
    waiting::{SHOWN_FIRST, WaitingGroup},
};
use crate::{
    data::{Data, Store, clashes::OpenClash, live, pools::Fallings, use_data},
    features::{clashes::ClashGroup, next_actions::ActionRow, pools::FallingGroup, visits::VisitsToday},
    i18n::{Key, t},
    layout::page::PageHeader,
    platform::intl::{self, Style},
    ui::{
        button::{ButtonLink, Tone},
        empty_state::EmptyState,
        icon::Icon,
        language::{text, use_locale},
    },
};

/// Customers that fall back into a pool are told of so many days before.
const FALLING_WITHIN: i64 = 7;

/// The day with the next actions themselves.
#[derive(Clone, Debug, Default, PartialEq)]
struct Day {
    attention: Attention,
    overdue: Vec<NextAction>,
    today: Vec<NextAction>,
    tomorrow: Vec<NextAction>,
    birthdays: Vec<Congratulate>,
    silent: Vec<Waiting>,
    unplanned: Vec<Waiting>,
    falling: Fallings,
    clashes: Vec<OpenClash>,
    /// The first sync has come to its end: what is not here is nowhere.
    whole: bool,
}

impl Day {
    /// Says whether nothing was agreed on for today, tomorrow or before.
    fn is_free(&self) -> bool {
        self.whole && self.overdue.is_empty() && self.today.is_empty() && self.tomorrow.is_empty()
    }
}

async fn load(data: Data) -> Day {
    let Agenda { overdue, today, tomorrow, silent, unplanned, birthdays } = data.agenda().await;
    let (overdue, today, tomorrow) = (read(data, overdue).await, read(data, today).await, read(data, tomorrow).await);
    let whole = data.with(Store::whole);
    let falling = data.falling(FALLING_WITHIN).await;
    let (attention, clashes) = (Attention::of(data), data.clashes_to_settle().await);
    Day { attention, overdue, today, tomorrow, birthdays, silent, unplanned, falling, clashes, whole }
}

/// Reads next actions; those of one day in the order of their times.
async fn read(data: Data, ids: Vec<Uuid>) -> Vec<NextAction> {
    let mut actions = Vec::with_capacity(ids.len());
    for id in ids {
        actions.extend(data.get::<NextAction>(id.into()).await);
    }
    actions.sort_by_key(|action| (action.due, action.time, action.id));
    actions
}

/// The first page.
#[component]
pub fn TodayPage() -> impl IntoView {
    let (data, locale) = (use_data(), use_locale());
    let loaded = live(move || load(data));
    let shown = Memo::new(move |_| loaded.get());
    let clashes_most = RwSignal::new(SHOWN_FIRST);
    let (silent_most, unplanned_most) = (RwSignal::new(SHOWN_FIRST), RwSignal::new(SHOWN_FIRST));
    let (none_title, none_text) = (text(t::next_actions::none_title), text(t::next_actions::none_text));
    let customers = text(t::common::customers);
    let day = move || intl::plain_date(locale.get(), &data.today().to_string(), Style::Full);
    view! {
        <div class="page" data-testid="today">
            <PageHeader title=text(t::common::today)/>
            <div class="page-body">
                <div class="ends">
                    <p class="muted small" data-testid="today-date">{day}</p>
                    <ButtonLink href="/calendar" label=text(t::calendar::title) testid="today-calendar" tone=Tone::Quiet icon=Icon::Calendar/>
                </div>
                <div class="column today-visits"><VisitsToday/></div>
                {move || {
                    let day = shown.get()?;
                    let free = day.is_free();
                    Some(view! {
                        <div class="column today">
                            <AttentionGroup attention=day.attention/>
                            <ClashGroup clashes=day.clashes most=clashes_most/>
                            <Group title=t::next_actions::overdue testid="today-overdue" actions=day.overdue/>
                            <Group title=t::next_actions::today testid="today-due" actions=day.today/>
                            <FallingGroup fallings=day.falling/>
                            <Birthdays birthdays=day.birthdays/>
                            <Group title=t::next_actions::due_tomorrow testid="today-tomorrow" actions=day.tomorrow/>
                            {free.then(|| view! {
                                <EmptyState icon=Icon::Sun title=none_title explanation=TextProp::from(none_text) testid="today-empty">
                                    <ButtonLink href="/customers" label=customers testid="today-customers" icon=Icon::Users/>
                                </EmptyState>
                            })}
                            <WaitingGroup title=t::today::silent explanation=t::today::silent_text testid="today-silent" waiting=day.silent most=silent_most/>
                            <WaitingGroup title=t::today::unplanned explanation=t::today::unplanned_text testid="today-unplanned" waiting=day.unplanned most=unplanned_most/>
                        </div>
                    })
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
