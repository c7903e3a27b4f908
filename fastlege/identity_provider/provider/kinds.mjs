// What tells the kinds of provider apart: their claims, levels and demands on the client.

export const kinds = {
  resident: {
    name: 'resident',
    levels: { high: 'idporten-loa-high', low: 'idporten-loa-substantial' },
    scopes: ['openid', 'profile'],
    claims: { openid: ['sub', 'sid', 'acr', 'pid'] },
    client: { token_endpoint_auth_method: 'private_key_jwt' },
    claimsOf: (person) => ({ pid: person.number }),
  },
  employee: {
    name: 'employee',
    levels: { high: 'high', low: 'substantial' },
    scopes: ['openid', 'profile'],
    claims: { openid: ['sub', 'sid', 'acr', 'pid'] },
    client: { token_endpoint_auth_method: 'private_key_jwt' },
    claimsOf: (person) => ({ pid: person.number }),
  },
  office: {
    name: 'office',
    levels: { high: 'Level4', low: 'Level3' },
    scopes: [
      'openid',
      'helseid://scopes/identity/pid',
      'helseid://scopes/identity/security_level',
      'helseid://scopes/hpr/hpr_number',
    ],
    claims: {
      openid: ['sub', 'sid', 'acr'],
      'helseid://scopes/identity/pid': ['helseid://claims/identity/pid'],
      'helseid://scopes/identity/security_level': ['helseid://claims/identity/security_level'],
      'helseid://scopes/hpr/hpr_number': ['helseid://claims/hpr/hpr_number'],
    },
    client: {
      token_endpoint_auth_method: 'private_key_jwt',
      require_pushed_authorization_requests: true,
      dpop_bound_access_tokens: true,
    },
    claimsOf: (person, level) => ({
      'helseid://claims/identity/pid': person.number,
      'helseid://claims/identity/security_level': level === 'high' ? '4' : '3',
      'helseid://claims/hpr/hpr_number': person.hpr,
    }),
  },
};
