//! Every address of the interface.

use leptos::prelude::*;
use leptos_router::{
    components::{ParentRoute, Route, Router, Routes},
    path,
};

use crate::features::{
    contact_records::{ContactRecordEditPage, ContactRecordPage},
    contacts::{ContactEditPage, ContactNewPage},
    customers::{ChooseCustomer, CustomerBinPage, CustomerEditPage, CustomerNewPage, CustomerPage, CustomersPage},
    duplicates::{CustomerMergePage, DuplicatesPage},
    export::ExportPage,
    history::HistoryPage,
    import::ImportPage,
    next_actions::NextActionPage,
    not_found::NotFoundPage,
    outbox::OutboxPage,
    own_fields::{OwnFieldNewPage, OwnFieldPage, OwnFieldsPage},
    people::{
        ChoosePerson, DepartmentNewPage, DepartmentPage, PeoplePage, PersonEditPage, PersonNewPage, PersonPage,
        QuarantinePage,
    },
    session::{Gated, JoinPage, SignInPage},
    settings::SettingsPage,
    today::TodayPage,
};

/// The pages by address. Each one opens offline from the shell.
#[component]
pub fn AppRoutes() -> impl IntoView {
    view! {
        <Router>
            <Routes fallback=NotFoundPage>
                <Route path=path!("/sign-in") view=SignInPage/>
                <Route path=path!("/join") view=JoinPage/>
                <ParentRoute path=path!("") view=Gated>
                    <Route path=path!("/") view=TodayPage/>
                    <ParentRoute path=path!("/customers") view=CustomersPage>
                        <Route path=path!("") view=ChooseCustomer/>
                        <Route path=path!("new") view=CustomerNewPage/>
                        <Route path=path!("bin") view=CustomerBinPage/>
                        <Route path=path!(":id") view=CustomerPage/>
                        <Route path=path!(":id/edit") view=CustomerEditPage/>
                        <Route path=path!(":id/merge/:other") view=CustomerMergePage/>
                        <Route path=path!(":id/record") view=ContactRecordPage/>
                        <Route path=path!(":id/records/:record") view=ContactRecordEditPage/>
                        <Route path=path!(":id/next-action") view=NextActionPage/>
                        <Route path=path!(":id/history/:kind/:record") view=HistoryPage/>
                        <Route path=path!(":id/contacts/new") view=ContactNewPage/>
                        <Route path=path!(":id/contacts/:contact") view=ContactEditPage/>
                    </ParentRoute>
                    <ParentRoute path=path!("/people") view=PeoplePage>
                        <Route path=path!("") view=ChoosePerson/>
                        <Route path=path!("new") view=PersonNewPage/>
                        <Route path=path!("quarantine") view=QuarantinePage/>
                        <Route path=path!("departments/new") view=DepartmentNewPage/>
                        <Route path=path!("departments/:id") view=DepartmentPage/>
                        <Route path=path!(":id") view=PersonPage/>
                        <Route path=path!(":id/edit") view=PersonEditPage/>
                    </ParentRoute>
                    <Route path=path!("/duplicates") view=DuplicatesPage/>
                    <Route path=path!("/outbox") view=OutboxPage/>
                    <Route path=path!("/import") view=ImportPage/>
                    <Route path=path!("/export") view=ExportPage/>
                    <Route path=path!("/settings") view=SettingsPage/>
                    <Route path=path!("/own-fields") view=OwnFieldsPage/>
                    <Route path=path!("/own-fields/new") view=OwnFieldNewPage/>
                    <Route path=path!("/own-fields/:id") view=OwnFieldPage/>
                </ParentRoute>
            </Routes>
        </Router>
    }
}
