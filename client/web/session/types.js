// What the pages show and what they may ask for: the seam between session logic (no DOM) and views (no keys).
// Views are functions of these states; every change goes through an action. Nothing here holds a secret.

/**
 * @typedef {'link'|'opening'|'intro'|'sign'|'knocking'|'answered'|'door'|'room'|'elsewhere'|'ended'|'stopped'} Phase
 *   link: the link is broken (problem says how) · opening: connecting for the first time · intro: "This place is for NAME" + device test
 *   sign: agreement and pledge · knocking: signed, the mediator has not answered · answered: the mediator said later/no
 *   door: admitted before, in no room now (own waiting room, nobody there) · room: in a room · elsewhere: another page of this device is active
 *   ended: adjourned or closed · stopped: refused by the server or by our own checks (problem)
 */

/** @typedef {{code: string, facts: Record<string, any>}} Problem  a key of the catalogue `problem.CODE` and its facts */

/**
 * @typedef {Object} Person
 * @property {string} seat
 * @property {string[]} names      everyone at that screen, as signed for by the mediator's card; [] until the card is here
 * @property {string} role
 * @property {string} side         side id ('' for mediators)
 * @property {string} sideLabel    the mediator's own label
 * @property {boolean} me
 * @property {boolean} online      connected now
 * @property {boolean} heard       media flows (we hold the same key); false shows as "connecting, can't see or hear you yet"
 * @property {MediaStreamTrack|null} video
 * @property {MediaStreamTrack|null} audio
 * @property {MediaStreamTrack|null} screen
 * @property {boolean} speaking    computed here, from received sound
 * @property {import('./diagnostics.js').Figures|null} quality   how their sound and picture arrive here
 */

/**
 * @typedef {Object} Room
 * @property {string} id
 * @property {'waiting'|'joint'|'caucus'|'counsel'} kind
 * @property {Person[]} people     everyone on the signed sheet, me included, in the sheet's order
 * @property {boolean} granted     we hold the current key and it is shown who is here
 * @property {number} epoch
 * @property {string} code         six digits to read aloud, '' until granted
 * @property {string|null} label   the mediator's own name for the room, if any
 * @property {boolean} [silent]    the mediator's line is down: nobody hears anybody
 * @property {string[]} [unconfirmed]   names of those whose devices don't confirm who is here: nothing is sent
 */

/** @typedef {{id: string, names: string[], roles: string[], left: number|null}} Ring   somebody knocks at one's room; left: seconds until they come in, announced */
/** @typedef {{names: string[], me: boolean, left: number|null, mayAnnounce: boolean}} FloorRing   the mediator's own knock at a room */

/**
 * @typedef {Object} Line
 * @property {string} id
 * @property {string} seat
 * @property {string[]} names
 * @property {boolean} mine
 * @property {'text'|'document'|'system'} kind
 * @property {string} text
 * @property {{blob: string, name: string, mime: string, size: number, identity: string, sha256: string}|null} document
 * @property {number} at           seconds since 1970, by the author's clock
 * @property {string} room
 * @property {boolean} [earlier]   of an earlier meeting; everyone who is in the room now could read it then
 * @property {string[]} [passedBy]  the mediator who told it here, with the author's release
 * @property {{mayAsk: boolean, mustAnswer: boolean, asked: boolean, given: boolean, mine: boolean, told: boolean}|null} [ledger]   whether it may be told in another room
 * @property {boolean} pending     not confirmed by the server yet
 * @property {{asked: boolean, askedBy: string, agreed: string[], missing: string[], kept: boolean, mayAsk: boolean, mustAnswer: boolean, reason: string}} keep
 *   missing: seats present whose yes or tested paper key is missing; reason: catalogue key why it can't be kept ('' when it can)
 */

/**
 * @typedef {Object} Media
 * @property {'off'|'starting'|'on'|'blocked'|'missing'} microphone
 * @property {'off'|'starting'|'on'|'blocked'|'missing'} camera
 * @property {'off'|'on'} screen
 * @property {boolean} audioOnly
 * @property {'none'|'connecting'|'connected'|'interrupted'|'failed'} line
 * @property {MediaStream|null} preview   own picture
 */

/**
 * @typedef {Object} Invitation
 * @property {string} title @property {string} name @property {string} role @property {string} side @property {string} sideLabel
 * @property {string} mediator @property {number} starts @property {number} ends @property {string} zone
 * @property {Record<string, string>} agreement   language -> full text
 * @property {boolean} keep                       whether anything may be kept locked at all
 */

/** @typedef {{seat: string, kem: string, sig: string, tested: boolean, me: boolean, names: string[]}} Holder */

/**
 * @typedef {Object} Disclosure   one request to open kept items
 * @property {string} rid
 * @property {string} ground
 * @property {'open'|'unlocked'|'reviewing'|'drafted'|'cooling'|'releasable'|'released'|'closed'} stage
 * @property {{name: string, class: string}|null} recipient
 * @property {string} purpose @property {string} profile @property {string[]} items  item ids
 * @property {number} expires @property {number|null} readyAt
 * @property {boolean} answered     this person's answer to the present step is in
 * @property {string[]} missing     mediators only: seats whose answer is not in (never who refused)
 * @property {{files: {name: string, text: string, pdf: Uint8Array|null, bytes?: Uint8Array}[]}|null} draft   the exact redacted bytes, once previewed and checked
 * @property {boolean} mine         this page may carry it further (reviewer)
 * @property {boolean} [holds]      this person's own yes is asked for; false: they are only told
 * @property {number} [noticeUntil] until then those told may object; 0: nobody has to be
 */

/**
 * @typedef {Object} Paper   an authority or a demand on record
 * @property {string} id @property {string} kind @property {string} ground @property {string[]} items @property {string} recipient @property {number} until
 * @property {string[]} by @property {string[]} accused @property {boolean} mine @property {boolean} checked @property {boolean} mayCheck
 * @property {{by: string, reference: string, words: string}|null} words   once the paper key was entered
 * @property {number|null} defendBy @property {number|null} objectBy
 */
/** @typedef {{id: string, act: string, reason: string, by: string[], mine: boolean}} Act   something that waits for a second person */
/** @typedef {{kind: import('../keys/authority.js').PaperKind, ground: string, items: string[], accused: string[], recipient: string, until: number, by: string, reference: string, words: string}} PaperWish */
/** @typedef {{items: string[], recipient: {name: string, class: string}, purpose: string, profile: string, language: string, paper?: string}} RequestWish   paper: what it rests on, '' for everyone's agreement */

/**
 * @typedef {Object} Finding   one proposal of the redaction worker, for the reviewer
 * @property {string} id @property {string} item @property {number} start @property {number} end @property {string} text
 * @property {string} kind @property {string} recognizer @property {number} score @property {string} why @property {string} operator @property {string} shown
 * @property {'open'|'accepted'|'rejected'|'added'} state
 */

/**
 * @typedef {Object} SittingFile   one opened item; `kind` is '' for a message, else the kind of document
 * @property {string} item @property {string} name @property {string} text @property {string} kind
 * @property {number} pages         pages that can be looked at
 * @property {{what: string, place: string, text: string}[]} hidden   what its reader does not see
 * @property {number} hiddenCount   all of it, listed or not
 * @property {string[]} notes @property {{place: string, says: string}[]} unread
 */

/**
 * @typedef {Object} Sitting
 * @property {string} rid @property {string} [worker]   which worker, so which review of this request
 * @property {SittingFile[]} files @property {Finding[]} findings @property {boolean} previewed @property {boolean} busy
 * @property {{step: string, done: number, of: number}|null} progress   how far the worker is with a long step
 * @property {{name: string, place: string, says: string}[]} stops      why the last pages may not leave
 * @property {import('./sitting.js').Page|null} page                    the page last looked at
 */

/**
 * @typedef {Object} SeatState
 * @property {Phase} phase
 * @property {'connecting'|'open'|'retrying'} connection
 * @property {Problem|null} problem
 * @property {{seat: string, role: string, side: string, names: string[]}} me
 * @property {Invitation|null} invitation
 * @property {boolean} mediatorHere
 * @property {'none'|'later'|'no'|'cannot-sign'} doorReply
 * @property {Room|null} room
 * @property {Ring|null} ring
 * @property {Line[]} chat
 * @property {{ref: string, names: string[], text: string, here: boolean}[]} [ledger]   mediators: what may be told elsewhere; here: in this room
 * @property {Media} media
 * @property {{id: string, key: string, facts: Record<string, any>, urgent: boolean}[]} notices   things that happened, newest last; urgent ones are announced at once
 * @property {{needed: boolean, made: boolean, tested: boolean, entered?: boolean, words: string[], qr: string}} paperKey  words and qr only while it is being made; entered: usable on this page
 * @property {Holder[]} holders
 * @property {{id: string, kind: string, seat: string, at: number, label: string}[]} kept
 * @property {Disclosure[]} disclosures
 * @property {Paper[]} [papers] @property {Act[]} [acts] @property {{reason: string, placedAt: number, reviewAt: number}[]} [holds]
 * @property {{items: number, at: number, by: string, second: string|null, key_fingerprints: string[]}|null} [attestation]   what was destroyed
 * @property {string[]} [reasons]     the reasons that everybody accepted on joining
 * @property {Floor|null} floor        mediators only
 * @property {Sitting|null} sitting   the reviewer's open sitting
 * @property {number} [promised]      the mediator expects to be with us at this time (seconds since 1970); 0: nothing was promised
 * @property {Instruments|null} [instruments]   mediators only
 * @property {'open'|'adjourned'|'closed'|'destroyed'} life
 * @property {number|null} retainUntil
 * @property {number} meeting            counts from 1; what was signed holds for one meeting
 * @property {{paused: boolean}} company  somebody came in at this screen: nothing is sent until everyone here has signed
 */

/**
 * @typedef {Object} Floor   the mediator's table
 * @property {{id: string, kind: 'waiting'|'joint'|'caucus'|'counsel', label: string|null, people: Person[], since: number, here: boolean, mayEnter: boolean, ring?: FloorRing|null}[]} rooms
 * @property {{seat: string, names: string[], role: string, side: string, sideLabel: string, known: 'first'|'same'|'other', signed: boolean, cannotSign: boolean, words: string, at: number}[]} doors
 * @property {{seat: string, name: string, role: string, side: string, sideLabel: string, phone: string, online: boolean, where: string, invited: boolean, signed: boolean, paper: boolean, minutes: number, goesWith?: string}[]} seats
 *   where: room id, 'door', 'away' or ''
 * @property {{id: string, label: string}[]} sides
 */

/**
 * @typedef {Object} Instruments   for the mediator's eyes
 * @property {{seat: string, until: number}[]} promises
 * @property {{id: string, label: string, ends: number, left: number}[]} timers   left: seconds
 * @property {string} notes @property {boolean} keepNotes
 * @property {{id: string, label: string, kind: 'caucus'|'counsel', seats: string[]}[]} plans
 * @property {string} outcome          '' until it was noted
 */

/**
 * Actions of a seat page. Each returns a promise that resolves when the server has confirmed, or rejects with a Problem.
 * @typedef {Object} SeatActions
 * @property {(names: string[]) => Promise<void>} proceed            from intro: makes the device key; nothing is used up before
 * @property {(pledge: {language: string, alone: boolean, noRecording: boolean}) => Promise<void>} sign
 * @property {(words: string) => Promise<void>} cannotSign
 * @property {() => Promise<void>} comeBack                          after an adjournment: to the gate of the next meeting
 * @property {() => Promise<void>} companyCame                       somebody came in: camera and microphone stop now
 * @property {(names: string[]) => Promise<void>} signCompany        everyone at this screen signs anew; the room is told
 * @property {() => void} nobodyCame
 * @property {() => void} takeOver
 * @property {() => Promise<void>} leave
 * @property {(text: string) => Promise<void>} say
 * @property {(file: File, onProgress: (part: number) => void) => Promise<void>} share
 * @property {(line: Line) => Promise<Uint8Array>} openDocument      fetched, unsealed and checked against its digest
 * @property {(on: boolean) => Promise<void>} microphone
 * @property {(on: boolean) => Promise<void>} camera
 * @property {(on: boolean) => Promise<void>} shareScreen
 * @property {(on: boolean) => Promise<void>} audioOnly
 * @property {() => Promise<import('./diagnostics.js').Diagnosis>} diagnose   figures of the line, for support: no names, no addresses, no content
 * @property {(text: string) => Promise<void>} messageMediator       the quiet line: a sealed note, nothing shown to others
 * @property {(ref: string, yes: boolean) => Promise<void>} answerRelease   let one's message be told to the others, or take that back
 * @property {(yes: boolean) => Promise<void>} answerRing             to the knock at one's room; no = not now
 * @property {() => Promise<{words: string[], qr: string}>} makePaperKey
 * @property {(typed: string) => Promise<boolean>} testPaperKey      true when it is the one that was made
 * @property {(typed: string) => Promise<boolean>} enterPaperKey     later: unlocks this holder's part for this page load
 * @property {(line: Line) => Promise<void>} askKeep
 * @property {(line: Line, yes: boolean) => Promise<void>} answerKeep
 * @property {(rid: string, answer: 'unlock'|'release'|'refuse'|'revoke', shorten: boolean) => Promise<void>} consent
 * @property {(wish: PaperWish) => Promise<void>} enterPaper
 * @property {(of: string, kind: 'authority'|'act') => Promise<void>} giveSecond
 * @property {(act: 'hold'|'lift'|'review'|'destroy'|'erase', reason: string, items: string[]) => Promise<void>} askAct
 * @property {(rid: string) => Promise<{missing: string[], seats: string[], until: number}>} standing   what still stands against a release
 * @property {(id: string) => void} dismiss                          a notice
 */

/**
 * Further actions of a mediator's table.
 * @typedef {Object} TableActions
 * @property {(seat: string, room: string|'joint'|'waiting') => Promise<void>} admit
 * @property {(seat: string, reply: 'later'|'no') => Promise<void>} answerDoor
 * @property {(seat: string) => Promise<void>} signedOnPaper
 * @property {(kind: 'caucus'|'counsel'|'joint', label: string, seats: string[]) => Promise<string>} makeRoom   moves the seats in; returns the room id
 * @property {(seats: string[], room: string) => Promise<void>} move       'waiting' = a waiting room of their own
 * @property {(seats: string[], where?: string) => {leavesAlone: string[], withoutLawyer: string[], forbidden: string|null}} moveWarnings  asked before a move is made
 * @property {(room: string) => Promise<void>} visit                       go into a room
 * @property {(ref: string) => Promise<void>} askRelease                   "may I tell them?"
 * @property {(ref: string) => Promise<void>} passOn                       tell it in the room one is in
 * @property {(room: string) => Promise<void>} enterAnnounced              after an unanswered knock: all inside count down from ten
 * @property {(room: string) => Promise<void>} stopKnocking
 * @property {() => Promise<void>} separate                                everyone into a waiting room a side, now
 * @property {() => Promise<void>} renewKeys                             every room's key anew, now
 * @property {(seat: string, person: string) => Promise<void>} goesWith     an interpreter's person ('' for nobody's): they are moved together
 * @property {(until: number) => Promise<void>} breakUntil               everyone apart; each is told the time (seconds since 1970)
 * @property {() => Promise<void>} adjourn
 * @property {() => Promise<void>} close
 * @property {(request: RequestWish) => Promise<void>} requestDisclosure
 * @property {(rid: string) => Promise<void>} openSitting
 * @property {(decisions: {id: string, state: 'accepted'|'rejected', operator?: string}[], added: {item: string, start: number, end: number, kind: string}[]) => Promise<boolean>} decide   false: something may not leave
 * @property {(item: string, page: number) => Promise<void>} lookPage
 * @property {() => Promise<void>} finishSitting
 * @property {(rid: string) => Promise<{name: string, bytes: Uint8Array}>} collectPackage
 * @property {(seat: string) => Promise<{link: string, text: string, ics: string}>} invitation
 * @property {(text: string) => Promise<{reached: string[], missed: string[]}>} tellAll   a message to every room; names
 * @property {(seats: string[], until: number) => Promise<void>} promise   when one expects to be with them; 0 takes it back
 * @property {(label: string, minutes: number) => Promise<void>} startTimer
 * @property {(id: string) => Promise<void>} stopTimer
 * @property {(text: string, keepNotes: boolean) => Promise<void>} saveNotes
 * @property {(label: string, kind: 'caucus'|'counsel', seats: string[]) => Promise<void>} planRoom
 * @property {(id: string) => Promise<void>} dropPlan
 * @property {(outcome: string, language: string, interpreter: boolean) => Promise<void>} recordOutcome
 */

/** What carrying out a release takes: a mediator's table and a custodian's page have it. @typedef {Pick<TableActions, 'requestDisclosure'|'openSitting'|'decide'|'lookPage'|'finishSitting'|'collectPackage'>} CarryActions */

/**
 * The mediator's desk (before a table is open).
 * @typedef {Object} DeskState
 * @property {'enrol'|'kit'|'kit-test'|'sign-in'|'desk'|'restore'|'elsewhere'|'stopped'} phase
 * @property {'connecting'|'open'|'retrying'} connection
 * @property {Problem|null} problem
 * @property {string} name
 * @property {string[]} kitWords       only while the recovery kit is being made
 * @property {{id: string, title: string, starts: number, ends: number, zone: string, state: string}[]} mediations
 * @property {{id: string, title: string, reasons: string[]}[]} regimes
 * @property {number} [ended]          mediations whose end was noted: there are figures for the programme
 */

/**
 * @typedef {Object} DeskActions
 * @property {(name: string) => Promise<void>} enrol
 * @property {(typed: string) => Promise<boolean>} testKit
 * @property {(typed: string) => Promise<boolean>} restore             a new device from the recovery kit
 * @property {(plan: MediationPlan) => Promise<string>} createMediation  returns the mediation id
 * @property {(mediation: string) => Promise<import('./table.js').Table>} openTable
 * @property {(regime: string, language: string, reasons?: string[], days?: number) => Promise<string>} agreementText
 * @property {() => string} programmeCsv      figures without names; groups under five merged
 */

/**
 * @typedef {Object} MediationPlan
 * @property {string} title @property {string} regime @property {number} starts @property {number} ends @property {string} zone
 * @property {{id: string, label: string}[]} sides
 * @property {{name: string, role: string, side: string, phone: string}[]} seats
 * @property {[number, number][]} noContact   pairs of indexes into seats
 * @property {boolean} keep @property {boolean} disclosure @property {number} retentionDays
 * @property {string[]} [reasons]   for which it may be opened without everyone's agreement
 * @property {Record<string, string>|null} ownAgreement   the mediator's own text by language, or null for the rules' text
 */

export {};
