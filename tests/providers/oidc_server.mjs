// A provider by oidc-provider, whose person always agrees: rotation, and reuse revokes the grant.

import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

const [port, client_id, client_secret, redirect_uri] = process.argv.slice(2);
const provider = new Provider(`http://127.0.0.1:${port}`, {
    clients: [{
        client_id,
        client_secret,
        application_type: 'native',
        redirect_uris: [redirect_uri],
        grant_types: ['authorization_code', 'refresh_token'],
        token_endpoint_auth_method: 'client_secret_basic',
    }],
    cookies: { keys: ['of a test'] },
    features: { devInteractions: { enabled: false } },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    issueRefreshToken: () => true,
    rotateRefreshToken: true,
});
const answer = provider.callback();

createServer(async (request, response) => {
    if (!request.url.startsWith('/interaction/')) {
        return answer(request, response);
    }
    const { prompt, params, session } = await provider.interactionDetails(request, response);
    const result = {};
    if (prompt.name === 'login') {
        result.login = { accountId: 'person' };
    } else {
        const grant = new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
        grant.addOIDCScope('openid offline_access');
        result.consent = { grantId: await grant.save() };
    }
    await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true });
}).listen(Number(port), '127.0.0.1');
