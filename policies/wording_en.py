"""The agreement to mediate in English."""

from policies.wording import Wording

WORDING = Wording(
    title="AGREEMENT TO MEDIATE",
    opening=(
        "A mediator helps you and the others to talk, and decides nothing for you. These are the rules for everyone who "
        "takes part. Take your time. This is not legal advice: if something is unclear, ask the mediator or a lawyer "
        "before you sign."
    ),
    private=(
        "WHAT IS SAID HERE IS PRIVATE\n"
        "What you say, write or show here stays between the people who take part. Everyone promises not to tell others and "
        "not to use it in court, except as this page says. The confidentiality rules are {rules}. A paper or fact that "
        "exists anyway does not become secret by being mentioned."
    ),
    meeting=(
        "WHO CAN SEE AND HEAR YOU\n"
        "The screen tells you who can see and hear you on this call. Our server can't see or hear the call; it can tell that "
        "people met, when, in which rooms, and from which internet addresses.\n"
        "The mediator may talk with you in a private meeting. What you say there goes to the others only if you "
        "release it. With your lawyer you can talk in a room that the mediator can't hear. You can quietly ask for help at "
        "any time. People who must not meet are never put in one room."
    ),
    recording_off=(
        "NO RECORDING\n"
        "This service isn't recording, and nobody may: no sound, no pictures, no screenshots, no note-taking programs. "
        "We can't stop somebody from filming a screen; whoever does it breaks this agreement."
    ),
    recording_on=(
        "NO RECORDING WITHOUT EVERYONE'S YES\n"
        "Nobody may record unless every person in the meeting has agreed beforehand, and then everybody sees that it is "
        "running. Private meetings and lawyers' rooms are never recorded. We can't stop somebody from filming a screen; "
        "whoever does it breaks this agreement."
    ),
    keeping=(
        "WHAT IS KEPT\n"
        "When the mediation is closed for good, chat and documents are destroyed. Nothing from a private meeting is "
        "kept. Something from a joint meeting is kept locked only if everyone there agrees to keep that very thing. "
        "It then opens only if everyone whose yes is needed says yes: {who}. Before that they see the exact pages, who "
        "would get them and why; private details are blacked out. {days} after closing its key is destroyed and nobody "
        "can open it again, unless a court case or an open request makes us wait. This agreement, a signed settlement, "
        "and a list of decisions (not of what was said) are kept longer."
    ),
    holders="every party, every mediator, and everyone whose own words are in it",
    everyone="every party, every mediator, and everyone else who took part, lawyers and experts included",
    reasons_title="CAN IT OPEN IN ANY OTHER WAY?",
    no_other_reason=(
        "No. For what is kept locked here, no other key is made. A letter or a subpoena opens nothing. A court can still "
        "order people to do something; it then speaks to them, not to this service."
    ),
    reasons_lead=(
        "Only for the reasons below. Each takes two people together, this service keeps a record of it, and the parties are "
        "told first, unless someone is in danger:"
    ),
    reasons_end=(
        "In no other case. A letter or a subpoena alone opens nothing. The mediator's own notes, talks with a lawyer in "
        "their own room, and recordings never leave for any reason."
    ),
    paper_key=(
        "YOUR PAPER KEY\n"
        "Before anything is kept locked, everyone whose yes is needed gets a paper key to print or save. We have no copy and can't make a "
        "new one. If all copies of a key that is needed are lost, what is locked stays closed for good."
    ),
    limits=(
        "WHAT THIS CAN'T DO\n"
        "Whoever sees or hears something can still tell it. The law may require a mediator or somebody else to speak, for "
        "example when a child is in danger. Confidentiality rules differ from place to place; this service decides no "
        "legal question."
    ),
    rights=(
        "YOUR CHOICES\n"
        "Nobody can make you settle. You may stop and leave at any time; if a court sent you here, ask it or a lawyer first. "
        "You may say no to anything being kept or shown. Saying nothing is never a yes. The others are never told who "
        "said no."
    ),
    pledge=(
        "BY SIGNING YOU PROMISE\n"
        "I keep what I learn here private. I am alone, or I have said who is with me, and I say so whenever that "
        "changes. I record nothing and let nobody listen in. I sign for myself, or as the person I have said I speak for."
    ),
    footer="Text {version}. Rules {policy}. You get a copy of what you sign.",
    one_year="One year",
    years="{n} years",
    days="{n} days",
)
