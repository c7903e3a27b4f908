// The provider's pages: plain HTML without scripts, in the language that the site asks for.

import { texts } from './texts.mjs';

const ESCAPED = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

const text = (value) => String(value).replace(/[&<>"']/g, (sign) => ESCAPED[sign]);

export function languageOf(wanted) {
  return (wanted ?? '').split(' ').find((language) => language in texts) ?? 'nb';
}

function page(language, title, body, subtitle = '') {
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text(title)}${subtitle && ` – ${text(subtitle)}`}</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<main>
${subtitle && `<p class="place">${text(subtitle)}</p>\n`}<h1>${text(title)}</h1>
${body}
</main>
</body>
</html>
`;
}

function choice(person, place, words, language) {
  const about = person.words[language];
  return `<li><h2 id="who-${place}">${text(about.title)}</h2>
<p>${text(about.text)}</p>
<button name="who" value="${place}" aria-describedby="who-${place}">${text(words.as)}<span class="unseen"> ${text(about.title)}</span></button></li>`;
}

function problem(words, wrong) {
  if (!wrong) return '';
  const where = wrong === 'nobody' ? '#who-0' : '#number';
  const what = wrong === 'nobody' ? words.nobody : words.notSynthetic;
  return `<div class="problem" role="alert"><h2>${text(words.wrong)}</h2><p><a href="${where}">${text(what)}</a></p></div>\n`;
}

// The first button of a form is the one that Enter presses: it must not be that of the first person. The form's address
// is said, because a browser would else take the place on this page along to where the way ends.
export function choicePage(language, kind, people, address, wrong) {
  const words = texts[language];
  const number = wrong === 'not synthetic';
  const body = `<p>${text(words.lead)}</p>
${problem(words, wrong)}<form method="post" action="${text(address)}">
<button class="unseen" tabindex="-1" aria-hidden="true"></button>
<fieldset><legend>${text(words.level)}</legend>
<label><input type="radio" name="level" value="high" checked> ${text(words.high)}</label>
<label><input type="radio" name="level" value="low"> ${text(words.low)}</label>
</fieldset>
<ul class="people">
${people.map((person, place) => choice(person, place, words, language)).join('\n')}
</ul>
${kind === 'resident' ? `<section><h2>${text(words.other)}</h2>
<label for="number">${text(words.number)}</label>
<p id="number-hint">${text(words.numberHint)}</p>
${number ? `<p class="wrong" id="number-wrong">${text(words.notSynthetic)}</p>\n` : ''}<input id="number" name="number" inputmode="numeric" autocomplete="off" aria-describedby="number-hint${number ? ' number-wrong" aria-invalid="true' : ''}">
<button>${text(words.numberGo)}</button></section>
` : ''}<button class="quiet" name="cancel" value="1">${text(words.cancel)}</button>
</form>`;
  return page(language, words.title, body, words[kind]);
}

export function logoutPage(language, form) {
  const words = texts[language];
  const body = `<p>${text(words.logoutLead)}</p>
${form}
<p class="actions"><button form="op.logoutForm" name="logout" value="yes">${text(words.logoutYes)}</button>
<button class="quiet" form="op.logoutForm">${text(words.logoutNo)}</button></p>`;
  return page(language, words.logout, body);
}

export function goodbyePage(language) {
  return page(language, texts[language].goodbye, '');
}

export function errorPage(language, code) {
  const words = texts[language];
  return page(language, words.failed, `<p>${text(words.failedLead)}</p>\n<p class="place">${text(code)}</p>`);
}
