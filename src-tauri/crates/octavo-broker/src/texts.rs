//! The sentences of the pages, one list per language.

/// Everything the pages say.
pub(crate) struct Texts {
    pub(crate) lang: &'static str,
    pub(crate) granted_title: &'static str,
    pub(crate) granted_lead: &'static str,
    pub(crate) denied_title: &'static str,
    pub(crate) denied_lead: &'static str,
    pub(crate) same_code: &'static str,
    pub(crate) other_code: &'static str,
    pub(crate) open: &'static str,
    pub(crate) nothing_opens: &'static str,
    pub(crate) paste: &'static str,
    pub(crate) copy: &'static str,
    pub(crate) copied: &'static str,
    pub(crate) marked: &'static str,
    pub(crate) incomplete_title: &'static str,
    pub(crate) incomplete_lead: &'static str,
    pub(crate) expired_title: &'static str,
    pub(crate) expired_lead: &'static str,
    pub(crate) busy_title: &'static str,
    pub(crate) busy_lead: &'static str,
    pub(crate) safe: &'static str,
    pub(crate) footer: &'static str,
}

pub(crate) const ENGLISH: Texts = Texts {
    lang: "en",
    granted_title: "Back to Octavo",
    granted_lead: "Notion has said yes. One step is left: open Octavo to finish signing in.",
    denied_title: "Not signed in",
    denied_lead: "Notion was not given permission, so nothing changed. Open Octavo to try again or \
                  to go on without Notion.",
    same_code: "Octavo shows the same code",
    other_code: "If Octavo shows another code, or none, close this page: the sign-in is not yours.",
    open: "Open Octavo",
    nothing_opens: "Nothing opens?",
    paste: "Copy this address and paste it where Octavo asks for it. It works once, for ten \
            minutes, in your Octavo only.",
    copy: "Copy the address",
    copied: "Copied.",
    marked: "Marked: copy it with the keyboard.",
    incomplete_title: "This address leads nowhere",
    incomplete_lead: "It is incomplete, was used already, or was changed on its way. Go back to \
                      Octavo and begin the sign-in again.",
    expired_title: "This sign-in took too long",
    expired_lead: "A sign-in has to be finished within ten minutes. Go back to Octavo and begin \
                   again.",
    busy_title: "One moment, please",
    busy_lead: "Too many sign-ins came from your network just now. Wait a minute, then load this \
                page again.",
    safe: "Your notes are safe on your computer.",
    footer: "This page passes the answer on and keeps nothing.",
};

pub(crate) const FRENCH: Texts = Texts {
    lang: "fr",
    granted_title: "Retour à Octavo",
    granted_lead: "Notion a donné son accord. Il reste un pas\u{a0}: ouvrez Octavo pour terminer la \
                   connexion.",
    denied_title: "Connexion annulée",
    denied_lead: "L’autorisation n’a pas été donnée dans Notion, rien n’a donc changé. Ouvrez \
                  Octavo pour réessayer ou pour continuer sans Notion.",
    same_code: "Octavo affiche le même code",
    other_code: "Si Octavo affiche un autre code ou n’en affiche aucun, fermez cette page\u{a0}: \
                 cette connexion n’est pas la vôtre.",
    open: "Ouvrir Octavo",
    nothing_opens: "Rien ne s’ouvre\u{202f}?",
    paste: "Copiez cette adresse et collez-la là où Octavo la demande. Elle sert une seule fois, \
            pendant dix minutes, et seulement dans votre Octavo.",
    copy: "Copier l’adresse",
    copied: "Copiée.",
    marked: "Sélectionnée\u{a0}: copiez-la au clavier.",
    incomplete_title: "Cette adresse ne mène nulle part",
    incomplete_lead: "Elle est incomplète, a déjà servi ou a été modifiée en chemin. Retournez \
                      dans Octavo et recommencez la connexion.",
    expired_title: "La connexion a pris trop de temps",
    expired_lead: "Une connexion doit être terminée en dix minutes. Retournez dans Octavo et \
                   recommencez.",
    busy_title: "Un instant, s’il vous plaît",
    busy_lead: "Trop de connexions viennent d’arriver depuis votre réseau. Attendez une minute, \
                puis rechargez cette page.",
    safe: "Vos notes sont en sécurité sur votre ordinateur.",
    footer: "Cette page transmet la réponse et ne garde rien.",
};
