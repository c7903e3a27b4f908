// One OpenID provider: what it offers, who its people are, and its pages.

import { createHmac, generateKeyPair, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

import { choicePage, errorPage, goodbyePage, languageOf, logoutPage } from './pages.mjs';
import { newStore } from './store.mjs';

// The packages lie in the virtual environment, not beside this file.
const packages = createRequire(join(process.env.FASTLEGE_PROVIDER_PACKAGES, 'package.json'));
const { Provider } = await import(pathToFileURL(packages.resolve('oidc-provider')));

const STYLE = readFileSync(new URL('./style.css', import.meta.url));
const LONGEST_FORM = 10_000;
const SYNTHETIC_NUMBER = /^\d{2}[89]\d{8}$/;

async function newKey() {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), kid: randomBytes(8).toString('hex'), use: 'sig', alg: 'RS256' };
}

function readForm(request) {
  return new Promise((resolve, reject) => {
    let text = '';
    request.setEncoding('utf8');
    request.on('data', (part) => {
      text += part;
      if (text.length > LONGEST_FORM) request.destroy();
    });
    request.on('end', () => resolve(new URLSearchParams(text)));
    request.on('error', reject);
  });
}

export function openProvider(kind, wanted, issuer) {
  const secret = randomBytes(32);
  const accounts = new Map();
  const store = newStore();
  const origins = [...new Set(wanted.client.redirect_uris.map((address) => new URL(address).origin))];
  const policy = [
    "default-src 'none'", "style-src 'self'", `form-action 'self' ${origins.join(' ')}`,
    "frame-ancestors 'none'", "base-uri 'none'",
  ].join('; ');
  const keys = [];
  let current = addKey();

  async function addKey() {
    // The newest signs; the one before it stays for those who still hold a token of it.
    keys.unshift(await newKey());
    keys.splice(2);
    return newProvider([...keys]);
  }

  function accountOf(person, level) {
    // Names nobody to others, and is the same for the same person as long as the provider runs.
    const sub = createHmac('sha256', secret).update(`${person.number} ${level}`).digest('hex').slice(0, 32);
    const claims = { sub, ...kind.claimsOf(person, level) };
    accounts.set(sub, { accountId: sub, claims: async () => claims });
    return sub;
  }

  function show(context, html, status) {
    if (status) context.status = status;
    context.type = 'html';
    context.set('Content-Security-Policy', policy);
    context.body = html;
  }

  function newProvider(signingKeys) {
    const provider = new Provider(issuer, {
      adapter: store,
      acrValues: Object.values(kind.levels),
      claims: kind.claims,
      scopes: kind.scopes,
      clients: [{ ...kind.client, ...wanted.client, id_token_signed_response_alg: 'RS256', application_type: 'web' }],
      // As ID-porten and HelseID do: who it is stands in the id token.
      conformIdTokenClaims: false,
      cookies: { keys: [secret.toString('hex')], names: cookieNames(kind.name) },
      discovery: { claims_supported: Object.values(kind.claims).flat() },
      // It talks to the site on this machine and to nobody else; the library would refuse such addresses.
      fetch: (address, { dispatcher, ...options }) => fetch(address, options),
      features: {
        backchannelLogout: { enabled: true },
        devInteractions: { enabled: false },
        dPoP: { enabled: true },
        pushedAuthorizationRequests: { enabled: true },
        rpInitiatedLogout: {
          enabled: true,
          logoutSource: (context, form) => show(context, logoutPage(languageOf(context.oidc.params.ui_locales), form)),
          postLogoutSuccessSource: (context) => show(context, goodbyePage(languageOf())),
        },
      },
      findAccount: async (context, sub) => accounts.get(sub),
      interactions: { url: (context, interaction) => `/interaction/${interaction.uid}` },
      jwks: { keys: signingKeys },
      loadExistingGrant: async (context) => {
        // Nobody is asked what the site may know: it is a public service, and asks for what it needs.
        const grant = new provider.Grant({
          clientId: context.oidc.client.clientId,
          accountId: context.oidc.session.accountId,
        });
        grant.addOIDCScope(kind.scopes.join(' '));
        grant.addOIDCClaims(Object.values(kind.claims).flat());
        await grant.save();
        return grant;
      },
      pkce: { required: () => true },
      renderError: (context, out) => show(context, errorPage(languageOf(), out.error)),
      responseTypes: ['code'],
      ttl: {
        AccessToken: 600, AuthorizationCode: 60, Grant: 7200, IdToken: 120, Interaction: 900, Session: 7200,
      },
    });
    const callback = provider.callback();
    return { provider, callback };
  }

  async function choose(provider, request, response) {
    const details = await provider.interactionDetails(request, response);
    const language = languageOf(details.params.ui_locales);
    const address = request.url.split('?')[0];
    if (request.method !== 'POST') {
      send(response, 200, choicePage(language, kind.name, wanted.people, address, ''));
      return;
    }
    const form = await readForm(request);
    if (form.has('cancel')) {
      const refusal = { error: 'access_denied', error_description: 'cancelled' };
      await provider.interactionFinished(request, response, refusal, { mergeWithLastSubmission: false });
      return;
    }
    const level = form.get('level') === 'low' ? 'low' : 'high';
    const typed = (form.get('number') ?? '').replaceAll(' ', '');
    const chosen = wanted.people[Number(form.get('who') ?? -1)];
    const person = chosen ?? (SYNTHETIC_NUMBER.test(typed) ? { number: typed } : undefined);
    if (!person) {
      const wrong = typed ? 'not synthetic' : 'nobody';
      send(response, 400, choicePage(language, kind.name, wanted.people, address, wrong));
      return;
    }
    const result = { login: { accountId: accountOf(person, level), acr: kind.levels[level], remember: true } };
    await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  }

  function send(response, status, html) {
    response.writeHead(status, {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': policy,
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
    });
    response.end(html);
  }

  async function answer(request, response) {
    const { provider, callback } = await current;
    const path = request.url.split('?')[0];
    if (path === '/style.css') {
      response.writeHead(200, { 'Content-Type': 'text/css', 'Cache-Control': 'max-age=600' });
      response.end(STYLE);
    } else if (path.startsWith('/interaction/')) {
      // A page that was open for too long, or in another browser: there is nothing to choose for any more.
      await choose(provider, request, response).catch(() => send(response, 400, errorPage(languageOf(), 'expired')));
    } else {
      callback(request, response);
    }
  }

  return {
    issuer,
    answer,
    rotateKeys: async () => {
      current = addKey();
      await current;
    },
  };
}

function cookieNames(name) {
  // The providers are on one host, and a browser does not tell ports apart.
  return { interaction: `${name}_interaction`, resume: `${name}_resume`, session: `${name}_session` };
}
