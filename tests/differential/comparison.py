"""Has osign and its peers sign the same generated requests, and compares.

Each answer of osign's must be that of rfc5849.py. Where a peer answers otherwise, a rule must say why. A difference
without a rule fails the run, and so does a rule that explained nothing in it.

Like is compared with like: peers sign a URL as it was given, and so osign is asked to. What it signs of its own accord, the
normal form, is held to rfc5849.py.
"""

import json
from collections import Counter

from answers import header_pairs, in_normal_form, osign_answer, recomputed_answer
from generator import Generator
from peers import LiboauthPeer, Oauthlib, differences
from rfc5849 import normal_form
from rules import RULES, Facts, rows_missing_from_readme


def compare(osign, requests, seed, show):
    """Whether all is well with so many requests; prints the counts, and the first `show` failures in full.

    `osign` calls the library in its host's way: `version()`, `sign(request)`, which gives a Signed or raises Refused
    (both in answers.py), and `authorization(request)`, the header by the short way. Where it can choose in which form a URL is
    signed, by `request["url_form"]`, it has `url_forms`. Otherwise its full way signs the normal form, and that is what peers are given.
    """
    forms = getattr(osign, "url_forms", ("normal",))
    print(f"osign {osign.version()}; {requests} requests; URLs {' and '.join(forms)}; seed {seed}")
    comparison, generator = Comparison(osign), Generator(seed)
    for number in range(requests):
        request = generator.example(RULES[number].example) if number < len(RULES) else generator.request()
        for form in forms:
            comparison.check(number, {**request, "url_form": form}, with_peers=form == forms[0])
    comparison.report(show)
    return not comparison.failures


def is_normal(url):
    return normal_form(url) == url


class Comparison:
    def __init__(self, osign):
        self.osign, self.peers = osign, [Oauthlib(), LiboauthPeer()]
        self.chooses_form = hasattr(osign, "url_forms")
        self.agreed, self.inexpressible, self.explained, self.transmissions = Counter(), Counter(), Counter(), Counter()
        self.answers = self.passed = self.refused = self.short = 0
        self.failures = []

    def check(self, number, request, with_peers):
        asked, request = request, request if request["url_form"] == "as-given" else in_normal_form(request)
        ours, expected = osign_answer(self.osign, asked), recomputed_answer(request)
        self.answers += 1
        if ours == expected:
            self.passed += 1
        else:
            self.failures.append((number, "osign differs from the recomputation", request, ours, expected))
        self.refused += bool(ours.refused)
        if not ours.refused and request["transmission"] == "header" and not request["parameters"]:
            self.check_short_way(number, asked if self.chooses_form else request)
        for peer in self.peers if with_peers else ():
            self.check_peer(number, request, peer, ours)

    def check_short_way(self, number, request):
        # It draws its nonce and timestamp; with the same ones the full way gives the same header.
        header = self.osign.authorization(request)
        drawn = dict(header_pairs(header)[1])
        same = {**request, "nonce": drawn[b"oauth_nonce"].decode(), "timestamp": int(drawn[b"oauth_timestamp"])}
        full = self.osign.sign(same).authorization
        if header == full:
            self.passed, self.short = self.passed + 1, self.short + 1
        else:
            self.failures.append((number, "the short way differs from the full way", request, header, full))

    def check_peer(self, number, request, peer, ours):
        reason = peer.inexpressible(request)
        if reason:
            self.inexpressible[peer.name, reason] += 1
            return
        answer = peer.answer(request)
        found = differences(request, peer.name, answer, ours)
        if not found:
            self.agreed[peer.name] += 1
            self.transmissions[peer.name, request["signature_method"], request["transmission"]] += 1
            self.passed += 1
            return
        facts = Facts(request)
        rule = next((r for r in RULES if r.peer == peer.name and r.explains(facts, answer, found)), None)
        if rule:
            self.explained[peer.name, rule.name] += 1
            self.passed += 1
        else:
            what = f"{peer.name} differs in {sorted(found)} and no rule says why"
            self.failures.append((number, what, request, answer, ours))

    def report(self, show):
        for number, what, request, one, other in self.failures[:show]:
            print(f"FAILED request {number}: {what}")
            shown = {k: v for k, v in request.items() if k not in ("pem", "body_base64")}
            print(f"  {json.dumps(shown, default=repr, ensure_ascii=False)}\n  {one}\n  {other}")
        print("\nWhere peers differ from osign and RFC 5849:")
        for rule in RULES:
            count = self.explained[rule.peer, rule.name]
            print(f"  {rule.peer:9} {count:6}  {rule.name} ({rule.section})")
            if not count and (self.chooses_form or is_normal(Generator(0).example(rule.example)["url"])):
                self.failures.append((None, f"the rule {rule.peer}/{rule.name} explained nothing", None, None, None))
                print(f"FAILED the rule {rule.name} explained nothing: remove it, or generate what it is about")
        missing = rows_missing_from_readme()
        if missing:
            self.failures.append((None, "the README lacks rules", None, None, None))
            print(f"FAILED README.md lacks {', '.join(missing)}: copy the output of --table there")
        print("\nNot asked:")
        for (peer, reason), count in sorted(self.inexpressible.items()):
            print(f"  {peer:9} {count:6}  {reason}")
        print("\nAgreed in base string, signature and what is sent:")
        for (peer, signature_method, where), count in sorted(self.transmissions.items()):
            print(f"  {peer:9} {count:6}  {signature_method} by {where}")
        for peer in self.peers:
            differ = sum(count for (name, _), count in self.explained.items() if name == peer.name)
            print(f"{peer.name}: {self.agreed[peer.name]} agreed, {differ} differ for a known reason")
        print(
            f"osign: {self.answers} answers held to the recomputation, {self.refused} of them refusals; "
            f"{self.short} headers by the short way"
        )
        print(f"{self.passed} passed, {len(self.failures)} failed")
