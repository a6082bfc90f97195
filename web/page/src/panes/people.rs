//! The people of the user pools.

use crate::aws::cognito;
use crate::client::Client;
use crate::context::use_app;
use crate::state::{Action, Selection};
use crate::task::{Fetched, use_fetch};
use crate::ui::{Empty, Failed, Glyph, Icon};
use yew::prelude::*;

/// A pool and who is in it.
type PoolUsers = Vec<(cognito::Pool, Vec<cognito::User>)>;

async fn pools_with_users(client: Client) -> Result<PoolUsers, crate::client::Failure> {
    let mut pools = Vec::new();
    for pool in cognito::pools(&client).await? {
        let users = cognito::users(&client, &pool.id).await?;
        pools.push((pool, users));
    }
    Ok(pools)
}

/// All user pools with their people.
#[component]
pub fn People() -> Html {
    let app = use_app();
    let t = app.text;
    let client = app.client.clone();
    let pools = use_fetch(app.revision, move || pools_with_users(client.clone()));
    match &pools {
        Fetched::Waiting => html! {},
        Fetched::Failed(failure) => html! { <Failed failure={failure.clone()} /> },
        Fetched::Here(pools) if pools.is_empty() => html! {
            <Empty glyph={Glyph::User} title={t.no_pools} text={t.no_pools_hint} />
        },
        Fetched::Here(pools) => html! {
            { for pools.iter().map(|(pool, users)| {
                let resource = app.deployment.resources.iter().find(|resource| resource.physical_id == pool.id);
                let selection = match resource {
                    Some(resource) => Selection::Resource(resource.logical_id.clone()),
                    None => Selection::Loose { kind: "AWS::Cognito::UserPool", name: pool.id.clone() },
                };
                let select = app.on(move || Action::Select(selection.clone()));
                html! {
                    <section key={pool.id.clone()}>
                        <div class="panel-head">
                            <h2>{ &pool.name }</h2>
                            <button type="button" class="button button-small" data-test="open-pool" onclick={select.clone()}>
                                <Icon glyph={Glyph::Plus} />{ t.sign_up }
                            </button>
                        </div>
                        if users.is_empty() {
                            <p class="hint">{ t.no_users }</p>
                        }
                        <ul class="tree" data-test="users">
                            { for users.iter().map(|user| html! {
                                <li class="tree-row">
                                    <button type="button" class="tree-item tree-item-tall" data-test={format!("user-{}", user.name)} onclick={select.clone()}>
                                        <Icon glyph={Glyph::User} />
                                        <span class="tree-name">
                                            { if user.email.is_empty() { &user.name } else { &user.email } }
                                            <small>{ &user.status }</small>
                                        </span>
                                    </button>
                                </li>
                            }) }
                        </ul>
                    </section>
                }
            }) }
        },
    }
}
