//! `samlet serve`.

use std::{collections::BTreeMap, net::SocketAddr, pin::pin};

use anyhow::{Context, Result};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};

use crate::{
    apis,
    arguments::Serve,
    deploy::{self, Order},
    directory, host, listener, output,
    target::Target,
};

pub async fn run(options: Serve) -> Result<()> {
    let projects = options.projects.iter().map(|folder| directory::read(folder)).collect::<Result<Vec<_>>>()?;
    let address = SocketAddr::new(options.host, options.port);
    // Taken first: a port that someone else has is better known before minutes of deploying. Who
    // connects already is answered when everything is ready.
    let socket = TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))?;
    let url = format!("http://{}", socket.local_addr()?);
    let mut end = pin!(end()?);
    output::line(&format!("samlet {} on {url}", env!("CARGO_PKG_VERSION")))?;
    let workspace = host::open(&options.place).await?;
    let cloud = Target::Here(workspace.clone());
    let prepare = async {
        for project in projects {
            let stack = project.stack_name();
            eprintln!("deploying {stack}");
            deploy::deploy(&cloud, &Order { project, stack, parameters: BTreeMap::new() }).await?;
        }
        anyhow::Ok(apis::list(&cloud).await?)
    };
    let apis = tokio::select! {
        () = &mut end => return Ok(()),
        apis = prepare => apis?,
    };
    output::line("ready")?;
    for api in apis {
        output::line(&format!("{} {}", api.name, api.url(&url)))?;
    }
    listener::serve(socket, workspace, end).await;
    Ok(())
}

/// Completes when this process is asked to end.
fn end() -> Result<impl Future<Output = ()>> {
    let mut interrupted = signal(SignalKind::interrupt()).context("cannot wait for signals")?;
    let mut terminated = signal(SignalKind::terminate()).context("cannot wait for signals")?;
    Ok(async move {
        tokio::select! {
            _ = interrupted.recv() => {}
            _ = terminated.recv() => {}
        }
    })
}
