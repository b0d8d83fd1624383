//! The report of a day, a week or a month: one's own, and of those whom one leads.

use domain::{
    access::Right,
    day_report::{Counted, DayReport, Span},
    kind::Kind,
    user::{User, UserId},
};
use leptos::{prelude::*, text_prop::TextProp};
use leptos_router::hooks::use_query_map;

use super::{
    asked::Asked,
    bars::{Bar, Bars},
    behind::BehindFigure,
    said::{SaidOfDay, SaidShort},
};
use crate::{
    data::{
        day_reports::Reported,
        live,
        people::{People, live_people},
        use_data,
    },
    i18n::{Key, Locale, fields::channel_name, t},
    layout::page::PageHeader,
    platform::intl::{self, Style},
    ui::{
        empty_state::EmptyState,
        icon::Icon,
        language::{text, use_locale},
        picture::Picture,
    },
};

/// What a count is called.
pub fn counted_name(locale: Locale, counted: Counted) -> String {
    let key: Key = match counted {
        Counted::Planned => t::day_reports::planned,
        Counted::Done => t::day_reports::done,
        Counted::OffPlan => t::day_reports::off_plan,
        Counted::Cancelled => t::day_reports::cancelled,
        Counted::NewCustomers => t::day_reports::new_customers,
        Counted::Contacts(channel) => return t::day_reports::contacts_of(locale, channel_name(channel)(locale)),
    };
    key(locale).to_owned()
}

/// Those whose reports somebody reads: the own, and of those whom they lead; an administrator leads everybody. Whoever left
/// is there where they did something.
fn team(people: &People, me: UserId, did: impl Fn(UserId) -> bool) -> Vec<(UserId, String)> {
    let all = people.administers(me);
    let works = |user: &&User| user.roles.iter().any(|role| role.right(Kind::DayReport) == Some(Right::Write));
    let users = people.users.iter().filter(|user| user.active || did(user.id)).filter(works);
    let read = users.filter(|user| user.id == me || all || people.leads(me, user.id));
    read.map(|user| (user.id, user.name.clone())).collect()
}

/// The page.
#[component]
pub fn ReportsPage() -> impl IntoView {
    let (data, locale, query) = (use_data(), use_locale(), use_query_map());
    let asked = Memo::new(move |_| query.with(|query| Asked::read(query, data.today())));
    let days = Memo::new(move |_| asked.with(|asked| (asked.span, asked.on)));
    let loaded = live(move || {
        let (span, on) = days.get();
        async move { data.reported(span, on).await }
    });
    let reported = Memo::new(move |_| loaded.get());
    let people = live_people(data, locale);
    let team = Memo::new(move |_| {
        let did = |user| {
            reported.with(|reported| {
                reported
                    .as_ref()
                    .is_some_and(|it| Counted::ALL.iter().any(|what| !it.counting.of(user, *what).is_empty()))
            })
        };
        people.with(|people| team(people, data.user(), did))
    });
    // Who leads nobody reads the own report.
    let rep = Memo::new(move |_| {
        let asked = asked.with(|asked| asked.rep);
        team.with(|team| {
            let known = asked.filter(|asked| team.iter().any(|(id, _)| id == asked));
            known.or_else(|| (team.len() < 2).then(|| data.user()))
        })
    });
    // Drawn once for each day and person: what comes meanwhile must not take away what is being typed.
    let whose = Memo::new(move |_| {
        let days = days.get();
        let here = reported.with(|reported| reported.as_ref().is_some_and(|reported| reported.of == days));
        rep.get().filter(|_| here && days.0 == Span::Day).map(|rep| (rep, days.1))
    });
    let said = move || whose.get().map(|(rep, day)| view! { <SaidOfDay rep day reported/> });
    let title = text(t::day_reports::title);
    view! {
        <div class="page" data-testid="reports">
            <PageHeader title back="/"/>
            <div class="page-body">
                <div class="column stack reports">
                    <Head asked/>
                    <Choose asked team rep/>
                    {move || {
                        let reported = reported.get()?;
                        let (asked, rep, team) = (asked.get(), rep.get(), team.get());
                        Some(view! {
                            {opened(asked, &reported)}
                            {match rep {
                                Some(rep) => view! { <OfOne asked rep reported/> }.into_any(),
                                None => view! { <OfAll asked team reported/> }.into_any(),
                            }}
                        })
                    }}
                    {said}
                </div>
            </div>
        </div>
    }
}

/// The figure that the address opens.
fn opened(asked: Asked, reported: &Reported) -> Option<impl IntoView + use<>> {
    let (who, counted) = asked.open?;
    let keys = reported.counting.of(who, counted).to_vec();
    let close = Asked { open: None, ..asked }.href();
    Some(view! { <BehindFigure who counted keys close/> })
}

/// The span, and the ones beside it.
#[component]
fn Head(asked: Memo<Asked>) -> impl IntoView {
    let (data, locale) = (use_data(), use_locale());
    let spans = move || {
        let asked = asked.get();
        let chips = Span::ALL.into_iter().map(|span| {
            let (label, testid): (Key, _) = match span {
                Span::Day => (t::day_reports::span_day, "span-day"),
                Span::Week => (t::day_reports::span_week, "span-week"),
                Span::Month => (t::day_reports::span_month, "span-month"),
            };
            let href = Asked { span, open: None, ..asked }.href();
            let here = (asked.span == span).then_some("true");
            view! { <a class="chip" href=href data-testid=testid aria-current=here>{move || label(locale.get())}</a> }
        });
        chips.collect_view()
    };
    let beside = move |later: bool, icon: Icon, label: Key, testid: &'static str| {
        let href = move || {
            let asked = asked.get();
            Asked { on: asked.span.beside(asked.on, later), open: None, ..asked }.href()
        };
        view! {
            <a class="button only-icon" href=href data-testid=testid aria-label=move || label(locale.get())>
                <Picture icon/>
            </a>
        }
    };
    let words = move || {
        let (asked, locale) = (asked.get(), locale.get());
        let (first, last) = asked.span.around(asked.on);
        if first == last {
            let day = intl::plain_date(locale, &first.to_string(), Style::Full);
            return if first == data.today() { format!("{} · {day}", t::common::today(locale)) } else { day };
        }
        let day = |day: chrono::NaiveDate| intl::plain_date(locale, &day.to_string(), Style::Date);
        t::day_reports::from_to(locale, &day(first), &day(last))
    };
    view! {
        <div class="chips" role="group" aria-label=text(t::day_reports::span)>{spans}</div>
        <div class="day-switch">
            {beside(false, Icon::ChevronLeft, t::day_reports::before, "span-before")}
            <span class="day-chosen" data-testid="reports-days">{words}</span>
            {beside(true, Icon::ChevronRight, t::day_reports::after, "span-after")}
        </div>
    }
}

/// Whose report it is; nothing where there is no choice.
#[component]
fn Choose(asked: Memo<Asked>, team: Memo<Vec<(UserId, String)>>, rep: Memo<Option<UserId>>) -> impl IntoView {
    let (data, locale) = (use_data(), use_locale());
    move || {
        let (asked, team, rep) = (asked.get(), team.get(), rep.get());
        let me = data.user();
        (team.len() > 1).then(|| {
            let chip = |to: Option<UserId>, label: String, testid: &'static str| {
                let href = Asked { rep: to, open: None, ..asked }.href();
                view! { <a class="chip" href=href data-testid=testid aria-current=(rep == to).then_some("true")>{label}</a> }
            };
            let all = chip(None, t::day_reports::team(locale.get()).to_owned(), "report-all");
            let each = team.into_iter().map(|(id, name)| {
                let label = if id == me { t::next_actions::me(locale.get()).to_owned() } else { name };
                chip(Some(id), label, "report-of")
            });
            view! { <div class="chips" data-testid="report-people">{all} {each.collect_view()}</div> }
        })
    }
}

#[component]
fn Nothing() -> impl IntoView {
    let (title, words) = (text(t::day_reports::nothing_title), text(t::day_reports::nothing_text));
    view! { <EmptyState icon=Icon::FileText title explanation=TextProp::from(words) testid="reports-nothing"/> }
}

/// One person: every count a bar, and what was said.
#[component]
fn OfOne(asked: Asked, rep: UserId, reported: Reported) -> impl IntoView {
    let (data, locale) = (use_data(), use_locale());
    let Reported { counting, said, .. } = reported;
    let counts = Counted::ALL.map(|counted| (counted, counting.of(rep, counted).len()));
    let none = counts.iter().all(|(_, count)| *count == 0);
    let bars = move || {
        let bars = counts.iter().filter(|(_, count)| *count > 0).map(|(counted, count)| Bar {
            label: counted_name(locale.get(), *counted),
            count: *count,
            href: Asked { open: Some((rep, *counted)), ..asked }.href(),
            testid: format!("bar-{}", counted.name()),
            open: asked.open == Some((rep, *counted)),
        });
        view! { <Bars bars=bars.collect()/> }
    };
    let days: Vec<DayReport> = said.into_iter().filter(|report| report.rep == rep).collect();
    let of_days = (asked.span != Span::Day).then(|| view! { <SaidDays days/> });
    view! {
        {if none {
            view! { <Nothing/> }.into_any()
        } else {
            let name = data.user_name(rep);
            view! {
                <section class="card padded" data-testid="report-figures">
                    <h2>{name}</h2>
                    <p class="muted small">{text(t::day_reports::own_text)}</p>
                    {bars}
                </section>
            }
            .into_any()
        }}
        {of_days}
    }
}

/// Everybody: a chart for every count, a bar for every person.
#[component]
fn OfAll(asked: Asked, team: Vec<(UserId, String)>, reported: Reported) -> impl IntoView {
    let locale = use_locale();
    let Reported { counting, said, .. } = reported;
    let counted = Counted::ALL.into_iter().map(|counted| {
        let counts = team.iter().map(|(id, name)| (*id, name.clone(), counting.of(*id, counted).len()));
        (counted, counts.filter(|(_, _, count)| *count > 0).collect::<Vec<_>>())
    });
    let charts: Vec<_> = counted.filter(|(_, counts)| !counts.is_empty()).collect();
    let days: Vec<DayReport> = said.into_iter().filter(|it| team.iter().any(|(id, _)| *id == it.rep)).collect();
    let none = charts.is_empty();
    let charts = charts.into_iter().map(|(counted, counts)| {
        let total: usize = counts.iter().map(|(_, _, count)| count).sum();
        let bars = counts.into_iter().map(|(id, label, count)| Bar {
            label,
            count,
            href: Asked { open: Some((id, counted)), ..asked }.href(),
            testid: format!("bar-{}", counted.name()),
            open: asked.open == Some((id, counted)),
        });
        let bars: Vec<Bar> = bars.collect();
        view! {
            <section class="card padded" data-testid="report-chart">
                <h2>{move || counted_name(locale.get(), counted)} " " <span class="muted figures">{total}</span></h2>
                <Bars bars/>
            </section>
        }
    });
    view! {
        {none.then(|| view! { <Nothing/> })}
        <div class="cards">{charts.collect_view()}</div>
        <SaidDays days/>
    }
}

/// What was said about several days or people.
#[component]
fn SaidDays(days: Vec<DayReport>) -> impl IntoView {
    let days: Vec<DayReport> = days.into_iter().filter(|it| !it.remark.is_empty() || !it.comment.is_empty()).collect();
    (!days.is_empty()).then(|| {
        let rows = days.into_iter().map(|report| {
            let href = Asked { span: Span::Day, on: report.day, rep: Some(report.rep), open: None }.href();
            view! { <SaidShort report href/> }
        });
        view! {
            <section data-testid="report-days">
                <div class="section-head"><h2>{text(t::day_reports::said)}</h2></div>
                <div class="card">{rows.collect_view()}</div>
            </section>
        }
    })
}
