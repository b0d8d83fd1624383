//! The rep's remark and the manager's comment: one writes, the other reads.

use chrono::NaiveDate;
use domain::{
    day_report::{DayReport, DayReportWrite, Part},
    user::UserId,
    value::clean,
};
use leptos::{ev::SubmitEvent, prelude::*};

use crate::{
    data::{day_reports::Reported, draft::Draft, use_data},
    features::form::{DraftHint, Errors},
    i18n::{Key, t},
    platform::{
        intl::{self, Style},
        time::spawn,
    },
    ui::{
        button::{Button, Tone},
        language::{text, use_locale},
        text_area::TextArea,
        toast::use_toasts,
    },
};

/// What is said about one day of one person: whoever looks is the rep, or leads the rep.
#[component]
pub fn SaidOfDay(rep: UserId, day: NaiveDate, reported: Memo<Option<Reported>>) -> impl IntoView {
    let (data, locale) = (use_data(), use_locale());
    let report = Memo::new(move |_| {
        let found = reported.with(|reported| {
            let said = reported.as_ref().map(|reported| reported.said.as_slice()).unwrap_or_default();
            said.iter().find(|report| report.rep == rep && report.day == day).cloned()
        });
        found.unwrap_or_else(|| DayReport::blank(rep, day))
    });
    let remark = move || {
        let remark = report.with(|report| report.remark.clone());
        if remark.is_empty() {
            view! { <p class="muted small">{move || t::day_reports::no_remark(locale.get())}</p> }.into_any()
        } else {
            view! { <p class="said" data-testid="report-remark">{remark}</p> }.into_any()
        }
    };
    let comment = move || {
        let (comment, by) = report.with(|report| (report.comment.clone(), report.commented_by));
        let commented = move || match by.map(|by| data.user_name(by)).filter(|name| !name.is_empty()) {
            Some(name) => t::day_reports::comment_by(locale.get(), &name),
            None => t::day_reports::comment(locale.get()).to_owned(),
        };
        (!comment.is_empty()).then(|| {
            view! {
                <p class="small muted">{commented}</p>
                <p class="said" data-testid="report-comment">{comment}</p>
            }
        })
    };
    let begin = report.get_untracked();
    view! {
        <section class="card padded stack" data-testid="report-said">
            {if rep == data.user() {
                view! { <Write report=begin part=Part::Remark/> {comment} }.into_any()
            } else {
                view! {
                    <p class="small muted">{text(t::day_reports::remark)}</p>
                    {remark}
                    <Write report=begin part=Part::Comment/>
                }
                .into_any()
            }}
        </section>
    }
}

/// The field of one part, kept as a draft while it is typed.
#[component]
fn Write(report: DayReport, part: Part) -> impl IntoView {
    let (data, toasts) = (use_data(), use_toasts());
    let DayReport { rep, day, remark, comment, .. } = report;
    let (name, from, label, hint): (&'static str, String, Key, Option<Key>) = match part {
        Part::Remark => ("remark", remark, t::day_reports::remark, Some(t::day_reports::remark_hint)),
        Part::Comment => ("comment", comment, t::day_reports::comment, None),
    };
    let (value, errors, busy) = (RwSignal::new(from.clone()), Errors::new(), RwSignal::new(false));
    // What stands there as far as this form knows.
    let from = RwSignal::new(from);
    let draft = Draft::follow(data, format!("report/{rep}/{day}/{name}"), vec![(name, value)]);
    let saved = text(t::day_reports::saved);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        errors.clear();
        let to = value.with_untracked(|text| clean(text));
        if let Err(error) = domain::value::length(name, &to, DayReport::TEXT_MOST) {
            errors.field(error);
            return errors.show_first();
        }
        if busy.get_untracked() || to == from.get_untracked() {
            return;
        }
        busy.set(true);
        let write = DayReportWrite { rep, day, part, from: from.get_untracked(), to: to.clone() };
        spawn(async move {
            if data.enter(write, &data.user_name(rep)).await.is_ok() {
                draft.kept().await;
                from.try_set(to);
                toasts.show(saved);
            }
            busy.try_set(false);
        });
    };
    let hint = hint.map(|hint| leptos::text_prop::TextProp::from(text(hint)));
    let field = match hint {
        Some(hint) => view! { <TextArea name label=text(label) value hint error=errors.of(name)/> }.into_any(),
        None => view! { <TextArea name label=text(label) value error=errors.of(name)/> }.into_any(),
    };
    view! {
        <form class="stack" on:submit=submit novalidate data-testid="report-write">
            <DraftHint draft/>
            {field}
            <div class="button-row">
                <Button label=text(t::common::save) testid="report-save" tone=Tone::Primary disabled=busy/>
            </div>
        </form>
    }
}

/// One day among several: what was said, in two lines.
#[component]
pub fn SaidShort(report: DayReport, href: String) -> impl IntoView {
    let (data, locale) = (use_data(), use_locale());
    let (name, day) = (data.user_name(report.rep), report.day);
    let when = move || intl::plain_date(locale.get(), &day.to_string(), Style::DayOfYear);
    view! {
        <a class="row plain" href=href data-testid="report-day">
            <div class="row-main">
                <div class="row-title"><span>{name}</span> <span class="muted small">{when}</span></div>
                <div class="row-sub one-line">{report.remark}</div>
                <div class="row-sub one-line">{report.comment}</div>
            </div>
        </a>
    }
}
