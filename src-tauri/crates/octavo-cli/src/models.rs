//! `octavo models`

use clap::{Args, Subcommand, ValueEnum};
use octavo_contract::{AccountRef, AssistChange, AssistReach, AssistSettings, AssistStyle, Empty};
use octavo_core::Octavo;
use serde_json::json;

use crate::{failure::Failure, input, output::Outcome};

#[derive(Debug, Args)]
pub(crate) struct Models {
    #[command(subcommand)]
    pub(crate) command: Option<ModelsCommand>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ModelsCommand {
    /// Looks for servers of models on this computer, where they usually listen.
    Local,
    /// Chooses the model that notes of this account may be shown to.
    Use(Use),
    /// Agrees to notes of this account going to the address that was chosen.
    Agree,
    /// Asks the server for the models it has; it is shown nothing.
    Test,
    /// Shows notes of this account to no model.
    Off,
}

#[derive(Debug, Args)]
pub(crate) struct Use {
    /// Where the server is, up to and with `/v1`.
    #[arg(long, value_name = "URL")]
    pub(crate) address: Option<String>,
    /// The model's name there.
    #[arg(long, value_name = "NAME")]
    pub(crate) model: Option<String>,
    /// How the server is spoken to.
    #[arg(long, value_enum)]
    pub(crate) style: Option<StyleName>,
    /// Notes may go to this server although it is on another computer. You are asked to agree apart.
    #[arg(long)]
    pub(crate) elsewhere: bool,
    /// Takes the key from standard input: `--key -`. It is kept in the keychain.
    #[arg(long, value_name = "-", value_parser = ["-"])]
    pub(crate) key: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum StyleName {
    /// As `OpenAI`, Ollama, LM Studio, llama.cpp, vLLM and many others.
    Openai,
    /// As Anthropic.
    Anthropic,
}

/// What is asked, with what came in.
pub(crate) struct Asked {
    command: Option<ModelsCommand>,
    key: Option<String>,
}

/// Reads the key, if there is one.
pub(crate) fn read(models: Models) -> Result<Asked, Failure> {
    let wanted = matches!(&models.command, Some(ModelsCommand::Use(asked)) if asked.key.is_some());
    let key = if wanted {
        Some(input::text(
            "Give the key on standard input, such as: octavo models use --key - < file",
        )?)
    } else {
        None
    };
    Ok(Asked {
        command: models.command,
        key,
    })
}

/// `models …`
pub(crate) async fn models(
    core: &Octavo,
    account: Option<&str>,
    asked: Asked,
) -> Result<Outcome, Failure> {
    let account = core.find_account(account).await?.id;
    let request = AccountRef { account };
    match asked.command {
        None => settings(&core.assist_settings(request).await?),
        Some(ModelsCommand::Local) => local(core).await,
        Some(ModelsCommand::Use(way)) => {
            let change = AssistChange {
                account: request.account,
                reach: if way.elsewhere {
                    AssistReach::Named
                } else {
                    AssistReach::ThisComputer
                },
                style: way.style.map(|style| match style {
                    StyleName::Openai => AssistStyle::Openai,
                    StyleName::Anthropic => AssistStyle::Anthropic,
                }),
                address: way.address,
                model: way.model,
                key: asked.key,
            };
            settings(&core.assist_change(change).await?)
        }
        Some(ModelsCommand::Agree) => settings(&core.assist_agree(request).await?),
        Some(ModelsCommand::Test) => {
            let names = core.assist_models(request).await?;
            let lines = names.join("\n");
            let outcome = Outcome::new(json!({ "models": names }), lines)?;
            Ok(outcome.remark("The server answers. Nothing was shown to it."))
        }
        Some(ModelsCommand::Off) => {
            let change = AssistChange {
                account: request.account,
                reach: AssistReach::Off,
                style: None,
                address: None,
                model: None,
                key: None,
            };
            settings(&core.assist_change(change).await?)
        }
    }
}

async fn local(core: &Octavo) -> Result<Outcome, Failure> {
    let found = core.assist_servers(Empty {}).await?;
    let lines: Vec<String> = (found.servers.iter())
        .map(|server| {
            format!(
                "{}  {}  {}",
                server.address,
                server.name,
                server.models.join(", ")
            )
        })
        .collect();
    let outcome = Outcome::new(&found, lines.join("\n"))?;
    Ok(if found.servers.is_empty() {
        outcome.remark("No server of models answers on this computer.")
    } else {
        outcome
    })
}

fn settings(settings: &AssistSettings) -> Result<Outcome, Failure> {
    let address = settings.address.as_deref().unwrap_or_default();
    let model = settings.model.as_deref().unwrap_or_default();
    let words = match settings.reach {
        AssistReach::Off => "off: notes of this account are shown to no model".to_owned(),
        AssistReach::ThisComputer => format!("{model} at {address}, on this computer only"),
        AssistReach::Named => format!("{model} at {address}"),
    };
    let outcome = Outcome::new(settings, words)?;
    Ok(if settings.reach != AssistReach::Off && !settings.agreed {
        outcome.remark("Nothing is sent there before you agree to it: octavo models agree")
    } else {
        outcome
    })
}
