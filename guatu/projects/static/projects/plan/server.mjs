// What is asked of the server. Every answer is {ok, data}; a refusal's sentences are in data.refused.
export async function post(url, body, words) {
  const headers = { "Content-Type": "application/json", Accept: "application/json", ...JSON.parse(document.body.getAttribute("hx-headers") ?? "{}") };
  try {
    const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(body), credentials: "same-origin", redirect: "manual" });
    const data = await answer.json();
    return answer.ok ? { ok: true, data } : { ok: false, data: { refused: data.refused ?? [data.message ?? words.unreached] } };
  } catch {
    return { ok: false, data: { refused: [words.unreached] } };
  }
}

export function embedded(id) {
  return JSON.parse(document.getElementById(id).textContent);
}
