--
-- PostgreSQL database dump
--


-- Dumped from database version 17.12 (Debian 17.12-0+deb13u1)
-- Dumped by pg_dump version 17.12 (Debian 17.12-0+deb13u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: raise_crl_revision(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.raise_crl_revision() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  UPDATE crl_revision SET revision = revision + 1, raised_by = pg_current_xact_id()
    WHERE raised_by IS DISTINCT FROM pg_current_xact_id();
  RETURN NULL;
END
$$;


--
-- Name: refuse_change(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  RAISE EXCEPTION 'the audit log is append-only';
END
$$;


--
-- Name: refuse_change_of_timeline(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.refuse_change_of_timeline() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  RAISE EXCEPTION 'the timeline of operations is append-only';
END
$$;


SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: audit; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.audit (
    id bigint NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    actor text NOT NULL,
    event text NOT NULL,
    outcome text NOT NULL,
    device_id uuid,
    operation_id text,
    detail jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT audit_outcome_check CHECK ((outcome = ANY (ARRAY['ok'::text, 'failed'::text])))
);


--
-- Name: audit_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.audit ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.audit_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: certificate_policies; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.certificate_policies (
    id integer NOT NULL,
    proved text NOT NULL,
    unproved text NOT NULL,
    CONSTRAINT certificate_policies_id_check CHECK ((id = 1))
);


--
-- Name: certificates; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.certificates (
    id uuid NOT NULL,
    device_id uuid NOT NULL,
    slot text NOT NULL,
    serial_number text NOT NULL,
    subject text NOT NULL,
    algorithm text NOT NULL,
    der text NOT NULL,
    proof text NOT NULL,
    not_before timestamp with time zone NOT NULL,
    not_after timestamp with time zone NOT NULL,
    revocation_reason text,
    revoked_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    key_hash text,
    pending_renewal text,
    doubted_by text
);


--
-- Name: crl_number; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.crl_number
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: crl_revision; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.crl_revision (
    is_one boolean DEFAULT true NOT NULL,
    revision bigint NOT NULL,
    raised_by xid8,
    CONSTRAINT crl_revision_is_one_check CHECK (is_one)
);


--
-- Name: device_policies; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.device_policies (
    model text NOT NULL,
    policy jsonb NOT NULL,
    factory_secrets text NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_by text NOT NULL
);


--
-- Name: devices; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.devices (
    id uuid NOT NULL,
    owner_id uuid NOT NULL,
    model text NOT NULL,
    model_name text NOT NULL,
    serial text,
    guid uuid NOT NULL,
    firmware text,
    state text NOT NULL,
    state_before_suspension text,
    state_reason text,
    proof text NOT NULL,
    management_key text NOT NULL,
    has_initial_pin boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    issued_at timestamp with time zone,
    activated_at timestamp with time zone,
    resettable boolean DEFAULT false NOT NULL,
    identity text,
    puk_approved_at timestamp with time zone,
    puk_approved_by text,
    shares_pin boolean DEFAULT false NOT NULL,
    unlock_code text,
    unlock_code_issued_at timestamp with time zone,
    unlock_code_issued_by text,
    unlock_code_tries integer DEFAULT 0 NOT NULL,
    unlock_code_operation text,
    name text,
    incident text,
    replacement_asked_at timestamp with time zone,
    replaces uuid,
    staged_key text,
    pin_rules jsonb
);


--
-- Name: escrows; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.escrows (
    id uuid NOT NULL,
    device_id uuid NOT NULL,
    operation_id text NOT NULL,
    sealed text NOT NULL,
    context jsonb NOT NULL,
    sha256 text NOT NULL,
    sequence bigint NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    applied_at timestamp with time zone,
    puk_dropped_at timestamp with time zone,
    puk_tries jsonb DEFAULT '[]'::jsonb NOT NULL,
    management_key_dropped_at timestamp with time zone
);


--
-- Name: escrows_sequence_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.escrows ALTER COLUMN sequence ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.escrows_sequence_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: login_attempts; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.login_attempts (
    key text NOT NULL,
    attempts integer NOT NULL,
    window_ends_at timestamp with time zone NOT NULL
);


--
-- Name: login_challenges; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.login_challenges (
    id uuid NOT NULL,
    challenge text NOT NULL,
    expires_at timestamp with time zone NOT NULL
);


--
-- Name: migrations; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.migrations (
    name text NOT NULL,
    sha256 text NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: mobile_enrolments; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.mobile_enrolments (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    device_id uuid,
    state text NOT NULL,
    link_hash text NOT NULL,
    browser_hash text,
    challenge_hash text,
    proof_operation_id text,
    language text NOT NULL,
    phone jsonb,
    last_request text,
    last_request_at timestamp with time zone,
    confirmed_at timestamp with time zone,
    failure jsonb,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone,
    refusals integer DEFAULT 0 NOT NULL,
    handover_hash text,
    handover_until timestamp with time zone,
    sealed_secret text
);


--
-- Name: notices; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.notices (
    id uuid NOT NULL,
    device_id uuid NOT NULL,
    owner_id uuid NOT NULL,
    kind text NOT NULL,
    reason text,
    days integer,
    expires_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    attempts integer NOT NULL,
    due_at timestamp with time zone,
    outcome text
);


--
-- Name: operation_events; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.operation_events (
    id bigint NOT NULL,
    operation_id text NOT NULL,
    device_id uuid,
    actor text NOT NULL,
    address text,
    at timestamp with time zone DEFAULT now() NOT NULL,
    what jsonb NOT NULL
);


--
-- Name: operation_events_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.operation_events ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.operation_events_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: operations; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.operations (
    id text NOT NULL,
    kind text NOT NULL,
    user_id uuid NOT NULL,
    device_id uuid,
    guid uuid NOT NULL,
    status text NOT NULL,
    step_number integer NOT NULL,
    session text NOT NULL,
    state jsonb NOT NULL,
    step_methods jsonb NOT NULL,
    last_answer jsonb,
    last_results_hash text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    card_hint text
);


--
-- Name: passkeys; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.passkeys (
    id uuid NOT NULL,
    device_id uuid NOT NULL,
    operation_id text NOT NULL,
    service text NOT NULL,
    rp_id text NOT NULL,
    credential_id text NOT NULL,
    service_id text NOT NULL,
    aaguid uuid NOT NULL,
    public_key text NOT NULL,
    sign_count bigint NOT NULL,
    transports jsonb NOT NULL,
    name text NOT NULL,
    way text NOT NULL,
    place text NOT NULL,
    attested boolean NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    last_used_at timestamp with time zone,
    removal_due_at timestamp with time zone,
    removed_at timestamp with time zone,
    unconfirmed jsonb
);


--
-- Name: policy_proposals; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.policy_proposals (
    model text NOT NULL,
    id uuid NOT NULL,
    policy jsonb NOT NULL,
    factory_secrets text NOT NULL,
    proposed_by text NOT NULL,
    proposed_at timestamp with time zone NOT NULL
);


--
-- Name: quotas; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.quotas (
    user_id uuid NOT NULL,
    what text NOT NULL,
    spent integer NOT NULL,
    window_ends_at timestamp with time zone NOT NULL,
    subjects text[] DEFAULT '{}'::text[] NOT NULL
);


--
-- Name: registration_authorities; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.registration_authorities (
    id integer NOT NULL,
    sealed_key text NOT NULL,
    certificate text NOT NULL,
    not_after timestamp with time zone NOT NULL,
    CONSTRAINT registration_authorities_id_check CHECK ((id = 1))
);


--
-- Name: scep_requests; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.scep_requests (
    id uuid NOT NULL,
    enrolment_id uuid NOT NULL,
    slot text NOT NULL,
    challenge_hash text,
    transaction_id text,
    public_key text,
    certificate_id uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    sent_at timestamp with time zone
);


--
-- Name: sessions; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.sessions (
    token_hash text NOT NULL,
    user_id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    proved_at timestamp with time zone,
    proved_by text,
    proved_device_id uuid,
    CONSTRAINT sessions_check CHECK (((proved_at IS NULL) = (proved_by IS NULL)))
);


--
-- Name: support_files; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.support_files (
    id uuid NOT NULL,
    device_id uuid NOT NULL,
    added_by text NOT NULL,
    added_at timestamp with time zone DEFAULT now() NOT NULL,
    made_by text NOT NULL,
    failed integer NOT NULL,
    checks integer NOT NULL,
    size integer NOT NULL,
    packed bytea NOT NULL,
    CONSTRAINT support_files_made_by_check CHECK ((made_by = ANY (ARRAY['extension'::text, 'host'::text])))
);


--
-- Name: users; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.users (
    id uuid NOT NULL,
    username text NOT NULL,
    display_name text NOT NULL,
    email text,
    upn text,
    sid text,
    role text NOT NULL,
    password_hash text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    language text,
    CONSTRAINT users_role_check CHECK ((role = ANY (ARRAY['user'::text, 'operator'::text])))
);


--
-- Name: waiting_work; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.waiting_work (
    id uuid NOT NULL,
    device_id uuid NOT NULL,
    kind text NOT NULL,
    asked_by_id uuid NOT NULL,
    asked_by text NOT NULL,
    reason text,
    asked_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    operation_id text,
    outcome text,
    ended_at timestamp with time zone
);


--
-- Data for Name: audit; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.audit (id, at, actor, event, outcome, device_id, operation_id, detail) FROM stdin;
1	2026-11-30 18:18:09.028247+00	command line	operator.made	ok	\N	\N	{"username": "admin"}
2	2026-11-30 18:18:14.453359+00	alice	login	ok	\N	\N	{}
3	2026-11-30 18:18:14.781+00	alice	operation.started	ok	\N	d5f48bf9-f7e6-4771-973c-949548a737b3	{"kind": "issue"}
4	2026-11-30 18:18:15.239+00	alice	management-key.authenticated	ok	\N	d5f48bf9-f7e6-4771-973c-949548a737b3	{"key": "configured"}
5	2026-11-30 18:18:15.239+00	alice	device.state-changed	ok	f25a59fa-ca26-4313-a5bd-7c8788c3bc7b	d5f48bf9-f7e6-4771-973c-949548a737b3	{"to": "producing", "from": "available", "reason": null}
6	2026-11-30 18:18:15.239+00	alice	escrow.stored	ok	f25a59fa-ca26-4313-a5bd-7c8788c3bc7b	d5f48bf9-f7e6-4771-973c-949548a737b3	{}
7	2026-11-30 18:18:15.239+00	alice	secret.released	ok	f25a59fa-ca26-4313-a5bd-7c8788c3bc7b	d5f48bf9-f7e6-4771-973c-949548a737b3	{"to": "host", "purpose": "puk"}
8	2026-11-30 18:18:15.952+00	alice	credentials.applied	ok	f25a59fa-ca26-4313-a5bd-7c8788c3bc7b	d5f48bf9-f7e6-4771-973c-949548a737b3	{}
9	2026-11-30 18:18:15.952+00	alice	certificate.issued	ok	f25a59fa-ca26-4313-a5bd-7c8788c3bc7b	d5f48bf9-f7e6-4771-973c-949548a737b3	{"slot": "9A", "proof": "attested", "algorithm": "P-256", "serialNumber": "5aa2c95be7b905b2e9663c96d50adfe78cef9ab3"}
10	2026-11-30 18:18:15.952+00	alice	certificate.issued	ok	f25a59fa-ca26-4313-a5bd-7c8788c3bc7b	d5f48bf9-f7e6-4771-973c-949548a737b3	{"slot": "9C", "proof": "attested", "algorithm": "P-256", "serialNumber": "684fce4592dc87aba6a1bbf679904165ef76b444"}
11	2026-11-30 18:18:15.952+00	alice	certificate.issued	ok	f25a59fa-ca26-4313-a5bd-7c8788c3bc7b	d5f48bf9-f7e6-4771-973c-949548a737b3	{"slot": "9E", "proof": "attested", "algorithm": "P-256", "serialNumber": "40b3ef757b360b4994d60fa047dccc5caeb1a4a8"}
12	2026-11-30 18:18:15.952+00	alice	certificate.issued	ok	f25a59fa-ca26-4313-a5bd-7c8788c3bc7b	d5f48bf9-f7e6-4771-973c-949548a737b3	{"slot": "9D", "proof": "attested", "algorithm": "RSA-2048", "serialNumber": "72d385ef2d6d0b789c2a579a2fbbb38a17afbe0f"}
13	2026-11-30 18:18:16.605+00	alice	management-key.authenticated	ok	f25a59fa-ca26-4313-a5bd-7c8788c3bc7b	d5f48bf9-f7e6-4771-973c-949548a737b3	{"key": "own"}
14	2026-11-30 18:18:16.605+00	alice	device.state-changed	ok	f25a59fa-ca26-4313-a5bd-7c8788c3bc7b	d5f48bf9-f7e6-4771-973c-949548a737b3	{"to": "pending", "from": "producing", "reason": "The PIN was not changed yet."}
15	2026-11-30 18:18:17.124+00	alice	device.state-changed	ok	f25a59fa-ca26-4313-a5bd-7c8788c3bc7b	d5f48bf9-f7e6-4771-973c-949548a737b3	{"to": "active", "from": "pending", "reason": null}
16	2026-11-30 18:18:17.124+00	alice	operation.finished	ok	f25a59fa-ca26-4313-a5bd-7c8788c3bc7b	d5f48bf9-f7e6-4771-973c-949548a737b3	{"error": null, "state": "done"}
17	2026-11-30 18:18:17.951384+00	bob	login	ok	\N	\N	{}
18	2026-11-30 18:18:18.574585+00	olga	login	ok	\N	\N	{}
19	2026-11-30 18:18:19.496157+00	admin	login	ok	\N	\N	{}
\.


--
-- Data for Name: certificate_policies; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.certificate_policies (id, proved, unproved) FROM stdin;
1	1.3.6.1.4.1.32473.1.1	1.3.6.1.4.1.32473.1.2
\.


--
-- Data for Name: certificates; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.certificates (id, device_id, slot, serial_number, subject, algorithm, der, proof, not_before, not_after, revocation_reason, revoked_at, created_at, key_hash, pending_renewal, doubted_by) FROM stdin;
71852bda-d6e3-4487-ac0d-786828ea702e	f25a59fa-ca26-4313-a5bd-7c8788c3bc7b	9A	5aa2c95be7b905b2e9663c96d50adfe78cef9ab3	CN=Alice Example, 0.9.2342.19200300.100.1.1=alice	P-256	MIICuzCCAmGgAwIBAgIUWqLJW-e5BbLpZjyW1Qrf54zvmrMwCgYIKoZIzj0EAwIwNzEiMCAGA1UEAxMZQ2FyZHdyaWdodCBEZXZlbG9wbWVudCBDQTERMA8GA1UEBRMIMzFiZTRlOGYwHhcNMjYxMTMwMTgxMzE1WhcNMjkxMTI5MTgxODE1WjAvMRYwFAYDVQQDEw1BbGljZSBFeGFtcGxlMRUwEwYKCZImiZPyLGQBARMFYWxpY2UwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQifOW1aAbKMn8vM5h_LF-3srjttwguNPmKKcr3VMMH1q3I4ZqdCgNkes6xA7pJSFlzerYO0iMgC5L76JaKYbLIo4IBUTCCAU0wDAYDVR0TAQH_BAIwADAOBgNVHQ8BAf8EBAMCB4AwKAYDVR0lBCEwHwYIKwYBBQUHAwIGCisGAQQBgjcUAgIGBysGAQUCAwQwOAYDVR0RBDEwL4YtdXJuOnV1aWQ6YWRjYTRiZGEtMDUyYS00NDI1LWFhNTYtYzZlZDUxZDY4NjcyMBcGA1UdIAQQMA4wDAYKKwYBBAGB_VkBATAdBgNVHQ4EFgQU1UqBelY2pa_InCrTOYRtgVgT14kwHwYDVR0jBBgwFoAU40X45V9diysbswCUMT4x-x5jMjQwPAYIKwYBBQUHAQEEMDAuMCwGCCsGAQUFBzAChiBodHRwOi8vbG9jYWxob3N0OjM4ODY3L2NhL2NhLmRlcjAyBgNVHR8EKzApMCegJaAjhiFodHRwOi8vbG9jYWxob3N0OjM4ODY3L2NhL2NybC5kZXIwCgYIKoZIzj0EAwIDSAAwRQIgBxnUS-4CwZT2XJZ35dSqiZJWv-4m6-v71prACZwPEDICIQDrLSPC-s28-SWbsPdFe2FAf0kAQTr6svsWc32f3Khuiw	attested	2026-11-30 18:13:15+00	2029-11-29 18:18:15+00	\N	\N	2026-11-30 18:18:15.952+00	H6lOsaeFWVXdZnk-SKGKQJ44rgRNyRLcbzrvF6v-KW8	\N	\N
af91c574-f34f-47b9-b7a3-27d34bc119b2	f25a59fa-ca26-4313-a5bd-7c8788c3bc7b	9C	684fce4592dc87aba6a1bbf679904165ef76b444	CN=Alice Example, 0.9.2342.19200300.100.1.1=alice	P-256	MIICljCCAjygAwIBAgIUaE_ORZLch6umobv2eZBBZe92tEQwCgYIKoZIzj0EAwIwNzEiMCAGA1UEAxMZQ2FyZHdyaWdodCBEZXZlbG9wbWVudCBDQTERMA8GA1UEBRMIMzFiZTRlOGYwHhcNMjYxMTMwMTgxMzE2WhcNMjkxMTI5MTgxODE2WjAvMRYwFAYDVQQDEw1BbGljZSBFeGFtcGxlMRUwEwYKCZImiZPyLGQBARMFYWxpY2UwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAR20UxQjN47trV854ncFWn8gG4QWYD0j3hodjoT3qnIB90ebkVba4IDz6vZtfTeV7Gbk7EpCzsKCEq3mzpegN66o4IBLDCCASgwDAYDVR0TAQH_BAIwADAOBgNVHQ8BAf8EBAMCBsAwHwYDVR0lBBgwFgYIKwYBBQUHAwQGCisGAQQBgjcKAwwwHAYDVR0RBBUwE4ERYWxpY2VAZXhhbXBsZS5jb20wFwYDVR0gBBAwDjAMBgorBgEEAYH9WQEBMB0GA1UdDgQWBBSC8tUX0MwbtQc2Cs_bK0UlhSw_FjAfBgNVHSMEGDAWgBTjRfjlX12LKxuzAJQxPjH7HmMyNDA8BggrBgEFBQcBAQQwMC4wLAYIKwYBBQUHMAKGIGh0dHA6Ly9sb2NhbGhvc3Q6Mzg4NjcvY2EvY2EuZGVyMDIGA1UdHwQrMCkwJ6AloCOGIWh0dHA6Ly9sb2NhbGhvc3Q6Mzg4NjcvY2EvY3JsLmRlcjAKBggqhkjOPQQDAgNIADBFAiBS_t7wIDT6FXOS3zT-3ghPGcfKr3IRKOsLJ_OYD-90lgIhANOcDj-J9c8BoI2epqqOpXwT6XhOD1TlaDKRHzCUR25S	attested	2026-11-30 18:13:16+00	2029-11-29 18:18:16+00	\N	\N	2026-11-30 18:18:15.952+00	dAUhAKdfTVt5pbA7YJ1-ncXwzDEY614r1-tqWEIyTL4	\N	\N
dd2a0b3f-0d3f-46f9-a1e0-b79279c2278f	f25a59fa-ca26-4313-a5bd-7c8788c3bc7b	9D	72d385ef2d6d0b789c2a579a2fbbb38a17afbe0f	CN=Alice Example, 0.9.2342.19200300.100.1.1=alice	RSA-2048	MIIDVTCCAvugAwIBAgIUctOF7y1tC3icKleaL7uzihevvg8wCgYIKoZIzj0EAwIwNzEiMCAGA1UEAxMZQ2FyZHdyaWdodCBEZXZlbG9wbWVudCBDQTERMA8GA1UEBRMIMzFiZTRlOGYwHhcNMjYxMTMwMTgxMzE2WhcNMjkxMTI5MTgxODE2WjAvMRYwFAYDVQQDEw1BbGljZSBFeGFtcGxlMRUwEwYKCZImiZPyLGQBARMFYWxpY2UwggEiMA0GCSqGSIb3DQEBAQUAA4IBDwAwggEKAoIBAQDhCcMSKCvGnas_jVu3e-iVocGUxlDN4fRINUL-3N0dM75wJMlIrlK88PriLFFyvfBMO6cS2NjTqoKB5acYsMlI3cA2xVlhJRFklQH_haUt0sjEsrLpCo3laWYW-2toWFkKCyAl2UkF46sMHox-nqNi-7D9az4NWPEQqMpXjyymVfow4TaFijVJXafT2rV_OEbra4qwpnNP8qofq7iMZ_y91OWveGjhigIjBlpWb0goEfwzulwKVFKno8YwH3e6FsPIPXZJn1lnJdIh2aa2iR9rt7rhOVnE_M0M4rqRaJPMSXbiJNO6qjU9VAA8r-fokcNdlK9Me-8Te5yPMtmXRYCbAgMBAAGjggEgMIIBHDAMBgNVHRMBAf8EAjAAMA4GA1UdDwEB_wQEAwIFIDATBgNVHSUEDDAKBggrBgEFBQcDBDAcBgNVHREEFTATgRFhbGljZUBleGFtcGxlLmNvbTAXBgNVHSAEEDAOMAwGCisGAQQBgf1ZAQEwHQYDVR0OBBYEFPDcAjfgYalwLsrz-euNWElLX9qaMB8GA1UdIwQYMBaAFONF-OVfXYsrG7MAlDE-MfseYzI0MDwGCCsGAQUFBwEBBDAwLjAsBggrBgEFBQcwAoYgaHR0cDovL2xvY2FsaG9zdDozODg2Ny9jYS9jYS5kZXIwMgYDVR0fBCswKTAnoCWgI4YhaHR0cDovL2xvY2FsaG9zdDozODg2Ny9jYS9jcmwuZGVyMAoGCCqGSM49BAMCA0gAMEUCIQC7VddWuuxu75p_yVtA_nW9xRItT3df6-yaTax3lWRbYAIgb8pXKiZTB1ehxdNsJqjv3CcalC9CfpzBWNX6bWSdWcU	attested	2026-11-30 18:13:16+00	2029-11-29 18:18:16+00	\N	\N	2026-11-30 18:18:15.952+00	1J6DkhCf6Pc4Um5kgN3C25Q30TwL9qNJdEaHCvVpybs	\N	\N
089f91f1-0d91-4c12-b8d6-cb590484edd6	f25a59fa-ca26-4313-a5bd-7c8788c3bc7b	9E	40b3ef757b360b4994d60fa047dccc5caeb1a4a8	2.5.4.5=adca4bda-052a-4425-aa56-c6ed51d68672	P-256	MIICqDCCAk-gAwIBAgIUQLPvdXs2C0mU1g-gR9zMXK6xpKgwCgYIKoZIzj0EAwIwNzEiMCAGA1UEAxMZQ2FyZHdyaWdodCBEZXZlbG9wbWVudCBDQTERMA8GA1UEBRMIMzFiZTRlOGYwHhcNMjYxMTMwMTgxMzE2WhcNMjkxMTI5MTgxODE2WjAvMS0wKwYDVQQFEyRhZGNhNGJkYS0wNTJhLTQ0MjUtYWE1Ni1jNmVkNTFkNjg2NzIwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQuf9z2fBZh7Xn8NwkF3UfhYfN0oE-arSqpgsFvbtJI09pAh5k2y0tf1kfD8-ryXDRc1b5WpiNKLJLK9M_p-MWzo4IBPzCCATswDAYDVR0TAQH_BAIwADAOBgNVHQ8BAf8EBAMCB4AwFgYDVR0lAQH_BAwwCgYIYIZIAWUDBggwOAYDVR0RBDEwL4YtdXJuOnV1aWQ6YWRjYTRiZGEtMDUyYS00NDI1LWFhNTYtYzZlZDUxZDY4NjcyMBcGA1UdIAQQMA4wDAYKKwYBBAGB_VkBATAdBgNVHQ4EFgQUbFlOs9UDCNgGHVwfEzXeOrto_rowHwYDVR0jBBgwFoAU40X45V9diysbswCUMT4x-x5jMjQwPAYIKwYBBQUHAQEEMDAuMCwGCCsGAQUFBzAChiBodHRwOi8vbG9jYWxob3N0OjM4ODY3L2NhL2NhLmRlcjAyBgNVHR8EKzApMCegJaAjhiFodHRwOi8vbG9jYWxob3N0OjM4ODY3L2NhL2NybC5kZXIwCgYIKoZIzj0EAwIDRwAwRAIgUdZkN_PUZ45D-ZTH7ZgTzK1av-13qs80_DvvgVbNMEoCIELO-PdhpqJ-vGRdtIbZXEHZItFijFufvY-80oM6mK4B	attested	2026-11-30 18:13:16+00	2029-11-29 18:18:16+00	\N	\N	2026-11-30 18:18:15.952+00	1l9OukJGBRPSM0WvjxTbkx3j4pROKAd7UTHFmpepQ4A	\N	\N
\.


--
-- Data for Name: crl_revision; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.crl_revision (is_one, revision, raised_by) FROM stdin;
t	2	787
\.


--
-- Data for Name: device_policies; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.device_policies (model, policy, factory_secrets, updated_at, updated_by) FROM stdin;
yubikey	{"reset": "allow", "slots": {"9A": "P-256", "9C": "P-256", "9D": "RSA-2048", "9E": "P-256"}, "pinRules": {"maxLength": 8, "minLength": 6, "digitsOnly": true, "forbidTrivial": true}, "modelName": "YubiKey", "renewalDays": 30, "renewedKeys": {}, "unprovenKeys": "refuse", "certificateDays": 1095, "unlockNeedsCode": false, "attestationRoots": ["-----BEGIN CERTIFICATE-----\\nMIIBQjCB6aADAgECAgkBCx+EpOZfugowCgYIKoZIzj0EAwIwGzEZMBcGA1UEAxMQ\\nVGVzdCB2ZW5kb3Igcm9vdDAeFw0yNjExMjkxODE1NThaFw0yNjEyMDExODE1NTha\\nMBsxGTAXBgNVBAMTEFRlc3QgdmVuZG9yIHJvb3QwWTATBgcqhkjOPQIBBggqhkjO\\nPQMBBwNCAASuKuwkQ+i1qqVNWZGDTcM0uj99NJLJqOfyZiJsR1yuJ5kUIRXFwDfX\\njH7kQCstOOinEvkeCpu3iudKlZ2GvxQloxYwFDASBgNVHRMBAf8ECDAGAQH/AgEB\\nMAoGCCqGSM49BAMCA0gAMEUCIHXrcMOyUEDNfFxlib/0EFhXXctgDBIbsh1hrKq6\\nJP+QAiEA5zm4wG/a0L8ceD/qb/Xv+2RLmpgIRvW8x6/NpRtu4kM=\\n-----END CERTIFICATE-----"], "factoryKeyAlgorithms": [{"from": "0", "algorithm": "3DES"}, {"from": "5.7", "algorithm": "AES-192"}], "managementKeyAlgorithm": "AES-192", "keyManagementCannotSign": "refuse", "acceptFixedManagementKey": false, "attestationIntermediates": [], "olderManagementKeyAlgorithms": [{"before": "5.4.2", "algorithm": "3DES"}]}	eyJhbGciOiJFQ0RILUVTIiwiZW5jIjoiQTI1NkdDTSIsImNhcmR3cmlnaHQiOnsib3JpZ2luIjoiaHR0cHM6Ly9zdG9yYWdlLmludmFsaWQiLCJvcGVyYXRpb24iOm51bGwsImRldmljZSI6InBvbGljeTp5dWJpa2V5Iiwic2Vzc2lvbiI6bnVsbCwicHVycG9zZSI6InN0b3JhZ2UifSwiZXBrIjp7IngiOiJDQ0JySDU1aUh1cEJHTmZLMXRKOUc1TEVpNDZGWFJwU0tZempfUUtuZ1U4IiwiY3J2IjoiUC0yNTYiLCJrdHkiOiJFQyIsInkiOiJ2ZEpmMVhtUlpQakpZOXp5OHB0Mmc1UTZscFJxaXZUS0dmYkpMXzhSb25jIn19..cimxxuoJCsmE8IVp.vySk0y5mKhQHNUugKvA_QJzdkop2o0WZyJCoodjXUffNbNqktsv55zSAf_dALUCAAYPtc6hkq8IUB35MoZfvrcjmtId95NwlKc8US1xudiTcmX3xKjcrASZUKblMYpEtVLRLpHdcrMc5ZkUVosp6fH1yNDf6zHfHiw.WTXB1h9czi0ff4IduvRmDw	2026-11-30 18:18:08.594+00	configuration
piv	{"reset": "allow", "slots": {"9A": "P-256", "9C": "P-256", "9D": "RSA-2048", "9E": "P-256"}, "pinRules": {"maxLength": 8, "minLength": 6, "digitsOnly": true, "forbidTrivial": true}, "modelName": "PIV smart card", "renewalDays": 30, "renewedKeys": {}, "unprovenKeys": "supervised", "certificateDays": 1095, "unlockNeedsCode": false, "attestationRoots": ["-----BEGIN CERTIFICATE-----\\nMIIBQjCB6aADAgECAgkBCx+EpOZfugowCgYIKoZIzj0EAwIwGzEZMBcGA1UEAxMQ\\nVGVzdCB2ZW5kb3Igcm9vdDAeFw0yNjExMjkxODE1NThaFw0yNjEyMDExODE1NTha\\nMBsxGTAXBgNVBAMTEFRlc3QgdmVuZG9yIHJvb3QwWTATBgcqhkjOPQIBBggqhkjO\\nPQMBBwNCAASuKuwkQ+i1qqVNWZGDTcM0uj99NJLJqOfyZiJsR1yuJ5kUIRXFwDfX\\njH7kQCstOOinEvkeCpu3iudKlZ2GvxQloxYwFDASBgNVHRMBAf8ECDAGAQH/AgEB\\nMAoGCCqGSM49BAMCA0gAMEUCIHXrcMOyUEDNfFxlib/0EFhXXctgDBIbsh1hrKq6\\nJP+QAiEA5zm4wG/a0L8ceD/qb/Xv+2RLmpgIRvW8x6/NpRtu4kM=\\n-----END CERTIFICATE-----"], "factoryKeyAlgorithms": [{"from": "0", "algorithm": "3DES"}], "managementKeyAlgorithm": "3DES", "keyManagementCannotSign": "refuse", "acceptFixedManagementKey": true, "attestationIntermediates": [], "olderManagementKeyAlgorithms": []}	eyJhbGciOiJFQ0RILUVTIiwiZW5jIjoiQTI1NkdDTSIsImNhcmR3cmlnaHQiOnsib3JpZ2luIjoiaHR0cHM6Ly9zdG9yYWdlLmludmFsaWQiLCJvcGVyYXRpb24iOm51bGwsImRldmljZSI6InBvbGljeTpwaXYiLCJzZXNzaW9uIjpudWxsLCJwdXJwb3NlIjoic3RvcmFnZSJ9LCJlcGsiOnsieCI6IkYzbnM0M3pZUm9tTkg3QXlDZC1DRGpzZzdWcGVoeGpLcFdjckhJVGNjZzQiLCJjcnYiOiJQLTI1NiIsImt0eSI6IkVDIiwieSI6IjRNaGVsNG9VRGxPMGNQUlZZNGVLcWctdVZFRDlxODFxb1I0WjVQM28zUXMifX0..d80pHStO0yVwsqY0.mbCQNGCEWRD3y6AVJwxOx5GHWEFlZNZ-a5o-oY8ZAlyMtkFwg-vU3_3HSyOe-UzRw659RpaP7qNFFwPi2mvoWovcz68qZ398olJD766ygvpSo46rFtKFA8sIyoMabBLvpYYBXcY9aCeqW9xaPAKt6uz82SV9X_hcgQ.An8PthLS33pvTD2Ivd_xAw	2026-11-30 18:18:08.594+00	configuration
\.


--
-- Data for Name: devices; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.devices (id, owner_id, model, model_name, serial, guid, firmware, state, state_before_suspension, state_reason, proof, management_key, has_initial_pin, created_at, updated_at, issued_at, activated_at, resettable, identity, puk_approved_at, puk_approved_by, shares_pin, unlock_code, unlock_code_issued_at, unlock_code_issued_by, unlock_code_tries, unlock_code_operation, name, incident, replacement_asked_at, replaces, staged_key, pin_rules) FROM stdin;
f25a59fa-ca26-4313-a5bd-7c8788c3bc7b	13f60e66-e40d-469a-bc67-8184e7454b82	yubikey	YubiKey	88000001	adca4bda-052a-4425-aa56-c6ed51d68672	5.7.2	active	\N	\N	attested	own	f	2026-11-30 18:18:15.239+00	2026-11-30 18:18:17.124+00	2026-11-30 18:18:16.605+00	2026-11-30 18:18:17.124+00	t	fbe7f713be8711f67e2d05931feb7ce60d750cb184a3eab0a5b9fb74d81e239c:serial:88000001	\N	\N	f	\N	\N	\N	0	\N	\N	\N	\N	\N	\N	{"maxLength": 8, "minLength": 6, "digitsOnly": true, "forbidTrivial": true}
\.


--
-- Data for Name: escrows; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.escrows (id, device_id, operation_id, sealed, context, sha256, sequence, created_at, applied_at, puk_dropped_at, puk_tries, management_key_dropped_at) FROM stdin;
c24de018-1fa3-4ea8-8642-1e6fe12dfaa2	f25a59fa-ca26-4313-a5bd-7c8788c3bc7b	d5f48bf9-f7e6-4771-973c-949548a737b3	eyJhbGciOiJFQ0RILUVTIiwiZW5jIjoiQTI1NkdDTSIsImNhcmR3cmlnaHQiOnsib3JpZ2luIjoiaHR0cDovL2xvY2FsaG9zdDozODg2NyIsIm9wZXJhdGlvbiI6ImQ1ZjQ4YmY5LWY3ZTYtNDc3MS05NzNjLTk0OTU0OGE3MzdiMyIsImRldmljZSI6InNlcmlhbDo4ODAwMDAwMSIsInNlc3Npb24iOiJYRFJZelFGcGpJMnhHeUcxWi0wcnR5NDhZWUNjNlhUTW1CeGNJT1RZMkdFIiwicHVycG9zZSI6ImVzY3JvdyJ9LCJlcGsiOnsieCI6ImZlekFXdWNPV3pmdHhpdEUyTGg0VXlUUTFCcFpMelpXZWFiNWdyTEVlX1kiLCJjcnYiOiJQLTI1NiIsImt0eSI6IkVDIiwieSI6Ik5PUUh1VGdKNmRNOXRrd0h5RzQ3WmdfS3RBcWJNOWZJenVMLThSNG1vdU0ifX0..1_-lvlFRPLg8Kjar.cIFkNYvybfMB_x5j-nPZ896X-MnkQ7K2cEEjfqm4Wqbfc3zcQD7Qrjsto6CfKIk6OZNdGCbzlXd6rFSZZMS7m3K_hq5HREB5ws81_RUDEZ5QZP0TKUH829MKTT8yn8zrpaaA0zfFeKuD9Jk7WivyQUCf.5ozcbIIZDLB0lt-mBdgZHA	{"device": "serial:88000001", "origin": "http://localhost:38867", "purpose": "escrow", "session": "XDRYzQFpjI2xGyG1Z-0rty48YYCc6XTMmBxcIOTY2GE", "operation": "d5f48bf9-f7e6-4771-973c-949548a737b3"}	cz-rxT2DGOHUtmcAllFyisCoL7yVc834WpQliQ5fDJ0	1	2026-11-30 18:18:15.239+00	2026-11-30 18:18:15.952+00	\N	[]	\N
\.


--
-- Data for Name: login_attempts; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.login_attempts (key, attempts, window_ends_at) FROM stdin;
name alice	0	2026-11-30 18:33:13.52+00
name bob	0	2026-11-30 18:33:17.494+00
name olga	0	2026-11-30 18:33:18.014+00
127.0.0.1	0	2026-11-30 18:19:13.507+00
name admin	0	2026-11-30 18:33:18.901+00
\.


--
-- Data for Name: login_challenges; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.login_challenges (id, challenge, expires_at) FROM stdin;
\.


--
-- Data for Name: migrations; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.migrations (name, sha256, at) FROM stdin;
0001-initial.sql	da5fc8f8e78038d2a605c147347eaae8cc94cd76e5c6d61532654ead57918362	2026-11-30 18:18:08.173282+00
0002-erase-and-give-back.sql	b7d8569da0c10ca59b52f63c8b204ed3df089e288074fe066b45e6ed0a6f9bfb	2026-11-30 18:18:08.186894+00
0003-puk-tries.sql	88ab22ab3b41a8b1cc44f332602b19c82691570fabb0827fbc9146365f5aee72	2026-11-30 18:18:08.190299+00
0004-sessions-and-proofs.sql	d39da487bf9f639387f54243c47c25ccde76d23a1a6af7d70905e76b8c19a4c3	2026-11-30 18:18:08.192284+00
0005-availability.sql	8da7747250dbfd65ec2bfca15bb8306badf8207ebffb047f8c6048a8c52c9c2d	2026-11-30 18:18:08.200508+00
0006-approvals.sql	c5a34769e2bfc89a2e68f1bde646820efa4c1e3e706e929423fd0d9a3dcf2743	2026-11-30 18:18:08.204385+00
0007-lists-and-lookups.sql	599ed0207194eb341e98f71386568b01f448dc04f09a6ebb31c6734be8334a26	2026-11-30 18:18:08.20697+00
0008-timelines-and-support-files.sql	429b06623eb86a6f25ba3659f67cb65dc34861b6d2b6c454e007b2b10ee08a4d	2026-11-30 18:18:08.215804+00
0009-passkeys.sql	f23f510f9dbf24a624d99d9f72991a28c6b4a7347772002ffc8d211a1e441b3c	2026-11-30 18:18:08.224498+00
0010-mobile-devices.sql	5c01c791a3cda1884b3735e35096f72a6dea79853926a655c0e68fcc6b83ab18	2026-11-30 18:18:08.24274+00
0011-identity-without-a-serial-number.sql	d54fed13e24a6c10b05a8338eec261a007531170946e26a7a3ab392f9ac29015	2026-11-30 18:18:08.254088+00
0012-bounded-uses.sql	b2d3ab729e585893df1f4ff8bdbc5814e425e7b1b2b26479dc646e3886f6983e	2026-11-30 18:18:08.262946+00
0013-certificate-policies.sql	dbfbcef1015488ba88baf49b02a042fb52007eb70296a8ad07ded8b818b2d8d2	2026-11-30 18:18:08.270071+00
0014-policy-proposals.sql	f45fefbf2c138194b8b5b1ebdffb2acd21e3b64e5df5b2b72f907586952c9387	2026-11-30 18:18:08.27893+00
0015-secrets-and-pins.sql	64e2e1ad6a426ac211070f0c4c33316c2b664bbafcbd73615ca55fae68917ff3	2026-11-30 18:18:08.29289+00
0016-proof-of-the-person.sql	3d89e38ee6863381831a14113b92068b8418e83005e524d8bf436eaaba4539cf	2026-11-30 18:18:08.300631+00
0017-unlock-codes.sql	c7b996b2ca54b57aeea935196c4621ae01a10d9c51f59dc90964755bd5145daa	2026-11-30 18:18:08.307211+00
0018-language.sql	d9f6d71debe92d180f512a97c837c52bfa5800fd0aa7698343fee92ba400cf85	2026-11-30 18:18:08.309523+00
0019-handed-over-profiles.sql	812880597d214b78e4d9be48a90cc50a26b3e82ba41a9082a9a7382f98f4a775	2026-11-30 18:18:08.312403+00
0020-phones-by-their-key.sql	92b94468310173dc713ae9c17521c49de1153ddaca6f1d0a0fad5c425f20d933	2026-11-30 18:18:08.316351+00
0021-names-of-devices.sql	63b558dfbbc60843fe449dc79d17e614e0ed95098c7a41f90c2f2fd8b42226ec	2026-11-30 18:18:08.320436+00
0022-incidents.sql	d6b3858c559fcae4894c61a7619767f2d6ecd925ce93cf257cc23f22d8740d5e	2026-11-30 18:18:08.340944+00
0023-notices.sql	6f3ad473f86f6c53540e7544420ecb9c99dc0388a17e04ee5b9299c887789c59	2026-11-30 18:18:08.342153+00
0024-renewals.sql	9f3a9766b677678eb5a8949922fa6a1c55e261e20805cdcd9b718b8b9c7fb3fe	2026-11-30 18:18:08.347972+00
0025-new-keys.sql	4f7f15ff6dc037644e27e7a78c8e669d2068eda8757f1324832c62d2dabd133d	2026-11-30 18:18:08.349353+00
0026-waiting-work.sql	e4dd71af33fede19fd5dac19ac8ed8b753510590fdae36e483567620e16ff582	2026-11-30 18:18:08.350831+00
0027-unconfirmed-passkeys.sql	976101bbcc15505e8212b91b2c6b6366dd104ae511ea421a9d8f9ecb452517bf	2026-11-30 18:18:08.35472+00
\.


--
-- Data for Name: mobile_enrolments; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.mobile_enrolments (id, user_id, device_id, state, link_hash, browser_hash, challenge_hash, proof_operation_id, language, phone, last_request, last_request_at, confirmed_at, failure, created_at, updated_at, expires_at, refusals, handover_hash, handover_until, sealed_secret) FROM stdin;
\.


--
-- Data for Name: notices; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.notices (id, device_id, owner_id, kind, reason, days, expires_at, created_at, attempts, due_at, outcome) FROM stdin;
8af36041-8330-4526-bf94-321914d8903d	f25a59fa-ca26-4313-a5bd-7c8788c3bc7b	13f60e66-e40d-469a-bc67-8184e7454b82	issued	\N	\N	\N	2026-11-30 18:18:17.124+00	0	2026-11-30 18:18:17.124+00	\N
\.


--
-- Data for Name: operation_events; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.operation_events (id, operation_id, device_id, actor, address, at, what) FROM stdin;
1	d5f48bf9-f7e6-4771-973c-949548a737b3	\N	alice	127.0.0.1	2026-11-30 18:18:14.781+00	{"kind": "started"}
2	d5f48bf9-f7e6-4771-973c-949548a737b3	\N	alice	127.0.0.1	2026-11-30 18:18:14.797+00	{"kind": "step-sent", "step": "witness", "number": 1, "methods": ["managementKey.getChallenge"]}
3	d5f48bf9-f7e6-4771-973c-949548a737b3	\N	alice	127.0.0.1	2026-11-30 18:18:14.829+00	{"kind": "step-results", "step": "witness", "number": 1, "commands": [{"error": null, "method": "managementKey.getChallenge"}]}
4	d5f48bf9-f7e6-4771-973c-949548a737b3	\N	alice	127.0.0.1	2026-11-30 18:18:14.843+00	{"kind": "step-sent", "step": "authenticate", "number": 2, "methods": ["managementKey.authenticate", "key.prove", "object.write", "object.read", "credentials.prepare"]}
5	d5f48bf9-f7e6-4771-973c-949548a737b3	\N	alice	127.0.0.1	2026-11-30 18:18:15.239+00	{"kind": "step-results", "step": "authenticate", "number": 2, "commands": [{"error": null, "method": "managementKey.authenticate"}, {"error": null, "method": "key.prove"}, {"error": null, "method": "object.write"}, {"error": null, "method": "object.read"}, {"error": null, "method": "credentials.prepare"}]}
6	d5f48bf9-f7e6-4771-973c-949548a737b3	f25a59fa-ca26-4313-a5bd-7c8788c3bc7b	alice	127.0.0.1	2026-11-30 18:18:15.38+00	{"kind": "step-sent", "step": "keys", "number": 3, "methods": ["credentials.apply", "key.generate", "key.attest", "csr.create", "key.generate", "key.attest", "csr.create", "csr.create", "key.generate", "key.attest", "csr.create", "managementKey.getChallenge"]}
7	d5f48bf9-f7e6-4771-973c-949548a737b3	f25a59fa-ca26-4313-a5bd-7c8788c3bc7b	alice	127.0.0.1	2026-11-30 18:18:15.952+00	{"kind": "step-results", "step": "keys", "number": 3, "commands": [{"error": null, "method": "credentials.apply"}, {"error": null, "method": "key.generate"}, {"error": null, "method": "key.attest"}, {"error": null, "method": "csr.create"}, {"error": null, "method": "key.generate"}, {"error": null, "method": "key.attest"}, {"error": null, "method": "csr.create"}, {"error": null, "method": "csr.create"}, {"error": null, "method": "key.generate"}, {"error": null, "method": "key.attest"}, {"error": null, "method": "csr.create"}, {"error": null, "method": "managementKey.getChallenge"}]}
8	d5f48bf9-f7e6-4771-973c-949548a737b3	f25a59fa-ca26-4313-a5bd-7c8788c3bc7b	alice	127.0.0.1	2026-11-30 18:18:16.497+00	{"kind": "step-sent", "step": "certificates", "number": 4, "methods": ["managementKey.authenticate", "certificate.write", "certificate.write", "certificate.write", "certificate.write", "object.write", "certificate.read", "certificate.read", "certificate.read", "certificate.read", "object.read"]}
9	d5f48bf9-f7e6-4771-973c-949548a737b3	f25a59fa-ca26-4313-a5bd-7c8788c3bc7b	alice	127.0.0.1	2026-11-30 18:18:16.605+00	{"kind": "step-results", "step": "certificates", "number": 4, "commands": [{"error": null, "method": "managementKey.authenticate"}, {"error": null, "method": "certificate.write"}, {"error": null, "method": "certificate.write"}, {"error": null, "method": "certificate.write"}, {"error": null, "method": "certificate.write"}, {"error": null, "method": "object.write"}, {"error": null, "method": "certificate.read"}, {"error": null, "method": "certificate.read"}, {"error": null, "method": "certificate.read"}, {"error": null, "method": "certificate.read"}, {"error": null, "method": "object.read"}]}
10	d5f48bf9-f7e6-4771-973c-949548a737b3	f25a59fa-ca26-4313-a5bd-7c8788c3bc7b	alice	127.0.0.1	2026-11-30 18:18:16.972+00	{"kind": "step-sent", "step": "pin", "number": 5, "methods": ["pin.change"]}
11	d5f48bf9-f7e6-4771-973c-949548a737b3	f25a59fa-ca26-4313-a5bd-7c8788c3bc7b	alice	127.0.0.1	2026-11-30 18:18:17.124+00	{"kind": "step-results", "step": "pin", "number": 5, "commands": [{"error": null, "method": "pin.change"}]}
12	d5f48bf9-f7e6-4771-973c-949548a737b3	f25a59fa-ca26-4313-a5bd-7c8788c3bc7b	alice	127.0.0.1	2026-11-30 18:18:17.124+00	{"kind": "ended", "error": null, "state": "done"}
\.


--
-- Data for Name: operations; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.operations (id, kind, user_id, device_id, guid, status, step_number, session, state, step_methods, last_answer, last_results_hash, created_at, updated_at, card_hint) FROM stdin;
d5f48bf9-f7e6-4771-973c-949548a737b3	issue	13f60e66-e40d-469a-bc67-8184e7454b82	f25a59fa-ca26-4313-a5bd-7c8788c3bc7b	adca4bda-052a-4425-aa56-c6ed51d68672	done	5	XDRYzQFpjI2xGyG1Z-0rty48YYCc6XTMmBxcIOTY2GE	{"step": "pin", "slices": {"fido": {"isRead": false, "isResetDue": false, "isPinRemembered": false}, "keys": {"requestChallenge": "9OFE9CwRvvc_ivvyUXtkQRasKhnyCsEAdEbDjlEcq0w"}, "proof": {"shown": {"identity": {"key": "fbe7f713be8711f67e2d05931feb7ce60d750cb184a3eab0a5b9fb74d81e239c:serial:88000001", "serial": "88000001", "firmware": "5.7.2", "rootFingerprint": "fbe7f713be8711f67e2d05931feb7ce60d750cb184a3eab0a5b9fb74d81e239c"}, "publicKey": "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAELn_c9nwWYe15_DcJBd1H4WHzdKBPmq0qqYLBb27SSNPaQIeZNstLX9ZHw_Pq8lw0XNW-VqYjSiySyvTP6fjFsw"}, "isNamed": true, "challenge": "ZyUpCONSfpRN47OKmnO5gk5HrUi3IqoOy9A8XOq0zY4"}, "newKey": {"witness": "KZS3uCkTeduA8KqaXIkjIQ", "challenge": "CfiOPiNjjBm8pzBSQALwsQ", "isToProve": false}, "policy": {"policy": {"reset": "allow", "slots": {"9A": "P-256", "9C": "P-256", "9D": "RSA-2048", "9E": "P-256"}, "pinRules": {"maxLength": 8, "minLength": 6, "digitsOnly": true, "forbidTrivial": true}, "modelName": "YubiKey", "renewalDays": 30, "renewedKeys": {}, "unprovenKeys": "refuse", "certificateDays": 1095, "unlockNeedsCode": false, "attestationRoots": ["-----BEGIN CERTIFICATE-----\\nMIIBQjCB6aADAgECAgkBCx+EpOZfugowCgYIKoZIzj0EAwIwGzEZMBcGA1UEAxMQ\\nVGVzdCB2ZW5kb3Igcm9vdDAeFw0yNjExMjkxODE1NThaFw0yNjEyMDExODE1NTha\\nMBsxGTAXBgNVBAMTEFRlc3QgdmVuZG9yIHJvb3QwWTATBgcqhkjOPQIBBggqhkjO\\nPQMBBwNCAASuKuwkQ+i1qqVNWZGDTcM0uj99NJLJqOfyZiJsR1yuJ5kUIRXFwDfX\\njH7kQCstOOinEvkeCpu3iudKlZ2GvxQloxYwFDASBgNVHRMBAf8ECDAGAQH/AgEB\\nMAoGCCqGSM49BAMCA0gAMEUCIHXrcMOyUEDNfFxlib/0EFhXXctgDBIbsh1hrKq6\\nJP+QAiEA5zm4wG/a0L8ceD/qb/Xv+2RLmpgIRvW8x6/NpRtu4kM=\\n-----END CERTIFICATE-----"], "factoryKeyAlgorithms": [{"from": "0", "algorithm": "3DES"}, {"from": "5.7", "algorithm": "AES-192"}], "managementKeyAlgorithm": "AES-192", "keyManagementCannotSign": "refuse", "acceptFixedManagementKey": false, "attestationIntermediates": [], "olderManagementKeyAlgorithms": [{"before": "5.4.2", "algorithm": "3DES"}]}}, "unkept": {"passkey": null}, "erasing": {"way": "reset", "slots": [], "isShown": false, "askedPuk": null, "isErased": false, "withFido": false, "challenge": null, "isReadBack": false, "wasOrdered": false, "arePinsBack": false, "isConfirmed": false}, "erasure": {"isDue": false}, "fidoPin": {"wasSet": null, "isInitialPin": null}, "leftOut": {"slots": []}, "refusal": {"error": null}, "session": {"device": {"id": "serial:88000001", "atr": "O42AAYBzwCHAV1l1YmlLZXn5", "pin": {"blocked": false, "isDefault": true, "retriesLeft": 3}, "puk": {"blocked": false, "isDefault": true, "retriesLeft": 3}, "guid": null, "fido2": null, "model": "yubikey", "state": "ready", "reader": "Test reader 00 01", "serial": "88000001", "firmware": "5.7.2", "modelName": "YubiKey", "provisional": false, "applications": ["piv"], "capabilities": {"reset": true, "serial": true, "metadata": true, "attestation": true, "changeManagementKey": true}, "certificates": [], "managementKey": {"algorithm": "AES-192", "isDefault": true}}, "hostKey": {"x": "fGlWCtp1b4MPY5A_cOwDAUGnMNjjOUJAIFPs-U1d-Nw", "y": "h1yFAJi7ZUTRyg2Vdle15v2nXxb1bJBh7cdWCF5Hrm8", "crv": "P-256", "kty": "EC"}, "judgedAt": "2026-11-30T18:18:14.781Z"}, "formerKey": {"algorithm": null, "isCertificateGone": false}, "completion": {"isPinChosen": false, "areCertificatesReadBack": true}, "credentials": {"escrow": "c24de018-1fa3-4ea8-8642-1e6fe12dfaa2", "isApplied": true, "isPrepared": true}, "deviceProof": {"way": "none", "isGiven": false, "challenge": null, "formerKey": null}, "registration": {"begun": null, "order": null, "unfinished": null}, "authentication": {"tries": 1, "proved": {"escrow": null, "algorithm": "AES-192"}, "witness": null, "challenge": "SSvwm5qLUsmkMVjtSv1PVQ", "candidates": [{"escrow": null, "algorithm": "AES-192"}]}}}	["pin.change"]	{"step": null, "uses": ["sign-in", "sign", "decrypt"], "error": null, "phase": "finished", "state": "done", "progress": 100, "operation": "d5f48bf9-f7e6-4771-973c-949548a737b3", "deviceState": "active"}	dg4nk3FkkIu_OcVOouQ1IHCnBVQ3oTd78llhYr7oDyY	2026-11-30 18:18:14.792+00	2026-11-30 18:18:17.124+00	\N
\.


--
-- Data for Name: passkeys; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.passkeys (id, device_id, operation_id, service, rp_id, credential_id, service_id, aaguid, public_key, sign_count, transports, name, way, place, attested, created_at, last_used_at, removal_due_at, removed_at, unconfirmed) FROM stdin;
\.


--
-- Data for Name: policy_proposals; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.policy_proposals (model, id, policy, factory_secrets, proposed_by, proposed_at) FROM stdin;
\.


--
-- Data for Name: quotas; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.quotas (user_id, what, spent, window_ends_at, subjects) FROM stdin;
13f60e66-e40d-469a-bc67-8184e7454b82	operation	1	2026-11-30 19:18:14.754503+00	{}
13f60e66-e40d-469a-bc67-8184e7454b82	others-card	0	2026-11-30 19:18:14.780789+00	{}
13f60e66-e40d-469a-bc67-8184e7454b82	witness	2	2026-11-30 19:18:14.822956+00	{}
\.


--
-- Data for Name: registration_authorities; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.registration_authorities (id, sealed_key, certificate, not_after) FROM stdin;
\.


--
-- Data for Name: scep_requests; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.scep_requests (id, enrolment_id, slot, challenge_hash, transaction_id, public_key, certificate_id, created_at, expires_at, sent_at) FROM stdin;
\.


--
-- Data for Name: sessions; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.sessions (token_hash, user_id, created_at, expires_at, proved_at, proved_by, proved_device_id) FROM stdin;
55IjOfNeSvi2iehT4zWAZ9VufKsBDH8KWnZSdgbAR_A	13f60e66-e40d-469a-bc67-8184e7454b82	2026-11-30 18:18:14.472795+00	2026-12-01 02:18:14.461+00	2026-11-30 18:18:14.461+00	password	\N
8ZAE0RFTedBRwK6GXetBpaTDbYuCx9x6SzVYKzuBaRw	9f0c73ad-7a51-43d9-9d1d-964e9b57553c	2026-11-30 18:18:17.970211+00	2026-12-01 02:18:17.968+00	2026-11-30 18:18:17.968+00	password	\N
Qt3PjgpSIHSMu0-iPwXfxX5w9-1Q8MVUwtNm4UkaMtA	8e0c5eae-677c-485a-8222-ca56120c8391	2026-11-30 18:18:18.623062+00	2026-12-01 02:18:18.606+00	2026-11-30 18:18:18.606+00	password	\N
gppgtX9AhDfhDpb8xGsk3LIsMpwpmUJYysVYPsSWabs	9f924f90-d427-42a5-938d-73e5542d1904	2026-11-30 18:18:19.508157+00	2026-12-01 02:18:19.504+00	2026-11-30 18:18:19.504+00	password	\N
\.


--
-- Data for Name: support_files; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.support_files (id, device_id, added_by, added_at, made_by, failed, checks, size, packed) FROM stdin;
\.


--
-- Data for Name: users; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.users (id, username, display_name, email, upn, sid, role, password_hash, created_at, language) FROM stdin;
9f924f90-d427-42a5-938d-73e5542d1904	admin	Administrator	\N	\N	\N	operator	scrypt$32768$8$1$YDbVxqVtmjYiLT52GLMLVA$dI0wDsPyd2hFFxDd5eqriBII4rbWNOLMMHIklKUp6EA	2026-11-30 18:18:09.028247+00	\N
13f60e66-e40d-469a-bc67-8184e7454b82	alice	Alice Example	alice@example.com	\N	\N	user	scrypt$32768$8$1$N8nLpIn61244R-bMx-6ABg$_E4eS9gYSB8dK6xW4yMBWw3Ug2aem-UMOVp7MNBD3eI	2026-11-30 18:18:11.800019+00	\N
9f0c73ad-7a51-43d9-9d1d-964e9b57553c	bob	Bob Example	\N	\N	\N	user	scrypt$32768$8$1$PMgQPdYk-rY-AWlFzA3PxA$mur-kFRsXvMUykMXoIxkVnSFuwsrwHdFEokJjh3wsgc	2026-11-30 18:18:11.975652+00	\N
8e0c5eae-677c-485a-8222-ca56120c8391	olga	Olga Operator	\N	\N	\N	operator	scrypt$32768$8$1$ucBfq-M1E2H_McWh6z7WRA$XSubveXZEWDEDGuBpxArAYA8t0b-KzC2Ic668C57kwo	2026-11-30 18:18:12.954256+00	\N
\.


--
-- Data for Name: waiting_work; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.waiting_work (id, device_id, kind, asked_by_id, asked_by, reason, asked_at, expires_at, operation_id, outcome, ended_at) FROM stdin;
\.


--
-- Name: audit_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.audit_id_seq', 19, true);


--
-- Name: crl_number; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.crl_number', 1, false);


--
-- Name: escrows_sequence_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.escrows_sequence_seq', 2, true);


--
-- Name: operation_events_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.operation_events_id_seq', 12, true);


--
-- Name: audit audit_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.audit
    ADD CONSTRAINT audit_pkey PRIMARY KEY (id);


--
-- Name: certificate_policies certificate_policies_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.certificate_policies
    ADD CONSTRAINT certificate_policies_pkey PRIMARY KEY (id);


--
-- Name: certificates certificates_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.certificates
    ADD CONSTRAINT certificates_pkey PRIMARY KEY (id);


--
-- Name: certificates certificates_serial_number_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.certificates
    ADD CONSTRAINT certificates_serial_number_key UNIQUE (serial_number);


--
-- Name: crl_revision crl_revision_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.crl_revision
    ADD CONSTRAINT crl_revision_pkey PRIMARY KEY (is_one);


--
-- Name: device_policies device_policies_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.device_policies
    ADD CONSTRAINT device_policies_pkey PRIMARY KEY (model);


--
-- Name: devices devices_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.devices
    ADD CONSTRAINT devices_pkey PRIMARY KEY (id);


--
-- Name: escrows escrows_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.escrows
    ADD CONSTRAINT escrows_pkey PRIMARY KEY (id);


--
-- Name: login_attempts login_attempts_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.login_attempts
    ADD CONSTRAINT login_attempts_pkey PRIMARY KEY (key);


--
-- Name: login_challenges login_challenges_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.login_challenges
    ADD CONSTRAINT login_challenges_pkey PRIMARY KEY (id);


--
-- Name: migrations migrations_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.migrations
    ADD CONSTRAINT migrations_pkey PRIMARY KEY (name);


--
-- Name: mobile_enrolments mobile_enrolments_link_hash_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.mobile_enrolments
    ADD CONSTRAINT mobile_enrolments_link_hash_key UNIQUE (link_hash);


--
-- Name: mobile_enrolments mobile_enrolments_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.mobile_enrolments
    ADD CONSTRAINT mobile_enrolments_pkey PRIMARY KEY (id);


--
-- Name: mobile_enrolments mobile_enrolments_proof_operation_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.mobile_enrolments
    ADD CONSTRAINT mobile_enrolments_proof_operation_id_key UNIQUE (proof_operation_id);


--
-- Name: notices notices_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.notices
    ADD CONSTRAINT notices_pkey PRIMARY KEY (id);


--
-- Name: operation_events operation_events_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.operation_events
    ADD CONSTRAINT operation_events_pkey PRIMARY KEY (id);


--
-- Name: operations operations_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.operations
    ADD CONSTRAINT operations_pkey PRIMARY KEY (id);


--
-- Name: passkeys passkeys_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.passkeys
    ADD CONSTRAINT passkeys_pkey PRIMARY KEY (id);


--
-- Name: policy_proposals policy_proposals_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.policy_proposals
    ADD CONSTRAINT policy_proposals_id_key UNIQUE (id);


--
-- Name: policy_proposals policy_proposals_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.policy_proposals
    ADD CONSTRAINT policy_proposals_pkey PRIMARY KEY (model);


--
-- Name: quotas quotas_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.quotas
    ADD CONSTRAINT quotas_pkey PRIMARY KEY (user_id, what);


--
-- Name: registration_authorities registration_authorities_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.registration_authorities
    ADD CONSTRAINT registration_authorities_pkey PRIMARY KEY (id);


--
-- Name: scep_requests scep_requests_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.scep_requests
    ADD CONSTRAINT scep_requests_pkey PRIMARY KEY (id);


--
-- Name: sessions sessions_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (token_hash);


--
-- Name: support_files support_files_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.support_files
    ADD CONSTRAINT support_files_pkey PRIMARY KEY (id);


--
-- Name: users users_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);


--
-- Name: users users_username_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_username_key UNIQUE (username);


--
-- Name: waiting_work waiting_work_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.waiting_work
    ADD CONSTRAINT waiting_work_pkey PRIMARY KEY (id);


--
-- Name: audit_device; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX audit_device ON public.audit USING btree (device_id, id) WHERE ((operation_id IS NULL) AND (device_id IS NOT NULL));


--
-- Name: audit_operation; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX audit_operation ON public.audit USING btree (operation_id, id) WHERE (operation_id IS NOT NULL);


--
-- Name: certificates_device; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX certificates_device ON public.certificates USING btree (device_id);


--
-- Name: certificates_expiry; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX certificates_expiry ON public.certificates USING btree (not_after) WHERE (revocation_reason IS NULL);


--
-- Name: certificates_key; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX certificates_key ON public.certificates USING btree (key_hash);


--
-- Name: certificates_revoked; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX certificates_revoked ON public.certificates USING btree (id) WHERE (revoked_at IS NOT NULL);


--
-- Name: devices_card; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX devices_card ON public.devices USING btree (model, serial);


--
-- Name: devices_created; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX devices_created ON public.devices USING btree (created_at, id);


--
-- Name: devices_guid; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX devices_guid ON public.devices USING btree (guid) WHERE (state <> ALL (ARRAY['available'::text, 'terminated'::text]));


--
-- Name: devices_guids; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX devices_guids ON public.devices USING btree (guid);


--
-- Name: devices_held; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX devices_held ON public.devices USING btree (owner_id, created_at) WHERE (state <> ALL (ARRAY['available'::text, 'terminated'::text]));


--
-- Name: devices_identities; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX devices_identities ON public.devices USING btree (identity) WHERE (identity IS NOT NULL);


--
-- Name: devices_identity; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX devices_identity ON public.devices USING btree (identity) WHERE ((identity IS NOT NULL) AND (state <> ALL (ARRAY['available'::text, 'terminated'::text])));


--
-- Name: devices_model; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX devices_model ON public.devices USING btree (model, created_at, id);


--
-- Name: devices_model_state; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX devices_model_state ON public.devices USING btree (model, state, created_at, id);


--
-- Name: devices_owner; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX devices_owner ON public.devices USING btree (owner_id, created_at);


--
-- Name: devices_serial; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX devices_serial ON public.devices USING btree (serial COLLATE "C", id) WHERE (serial IS NOT NULL);


--
-- Name: devices_state; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX devices_state ON public.devices USING btree (state, created_at, id);


--
-- Name: devices_unidentified; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX devices_unidentified ON public.devices USING btree (serial) WHERE ((identity IS NULL) AND (proof = 'attested'::text));


--
-- Name: devices_waiting; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX devices_waiting ON public.devices USING btree (created_at, id) WHERE ((state = 'awaiting-approval'::text) OR ((state = ANY (ARRAY['producing'::text, 'active'::text])) AND (state_reason = 'APPROVAL_NEEDED'::text) AND (puk_approved_at IS NULL)));


--
-- Name: escrows_device; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX escrows_device ON public.escrows USING btree (device_id, sequence);


--
-- Name: login_attempts_expiry; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX login_attempts_expiry ON public.login_attempts USING btree (window_ends_at);


--
-- Name: login_challenges_expiry; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX login_challenges_expiry ON public.login_challenges USING btree (expires_at);


--
-- Name: mobile_enrolments_device; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX mobile_enrolments_device ON public.mobile_enrolments USING btree (device_id);


--
-- Name: mobile_enrolments_expiry; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX mobile_enrolments_expiry ON public.mobile_enrolments USING btree (expires_at) WHERE (expires_at IS NOT NULL);


--
-- Name: mobile_enrolments_phone_key; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX mobile_enrolments_phone_key ON public.mobile_enrolments USING btree (((phone ->> 'key'::text)));


--
-- Name: mobile_enrolments_user; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX mobile_enrolments_user ON public.mobile_enrolments USING btree (user_id, created_at);


--
-- Name: notices_due; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX notices_due ON public.notices USING btree (due_at, id) WHERE (due_at IS NOT NULL);


--
-- Name: notices_expiry; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX notices_expiry ON public.notices USING btree (device_id, days, expires_at) WHERE (days IS NOT NULL);


--
-- Name: operation_events_device; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX operation_events_device ON public.operation_events USING btree (device_id, operation_id) WHERE (device_id IS NOT NULL);


--
-- Name: operation_events_operation; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX operation_events_operation ON public.operation_events USING btree (operation_id, id);


--
-- Name: operations_device; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX operations_device ON public.operations USING btree (device_id, created_at);


--
-- Name: operations_running_card; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX operations_running_card ON public.operations USING btree (user_id, card_hint) WHERE ((status = 'running'::text) AND (card_hint IS NOT NULL));


--
-- Name: operations_running_device; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX operations_running_device ON public.operations USING btree (device_id) WHERE ((status = 'running'::text) AND (device_id IS NOT NULL));


--
-- Name: operations_running_user; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX operations_running_user ON public.operations USING btree (user_id, guid) WHERE (status = 'running'::text);


--
-- Name: passkeys_credential; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX passkeys_credential ON public.passkeys USING btree (service, credential_id) WHERE (removed_at IS NULL);


--
-- Name: passkeys_device; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX passkeys_device ON public.passkeys USING btree (device_id);


--
-- Name: passkeys_removal; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX passkeys_removal ON public.passkeys USING btree (removal_due_at, id) WHERE ((removal_due_at IS NOT NULL) AND (removed_at IS NULL));


--
-- Name: scep_requests_enrolment; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX scep_requests_enrolment ON public.scep_requests USING btree (enrolment_id);


--
-- Name: scep_requests_order; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX scep_requests_order ON public.scep_requests USING btree (enrolment_id, slot) WHERE (challenge_hash IS NOT NULL);


--
-- Name: scep_requests_transaction; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX scep_requests_transaction ON public.scep_requests USING btree (enrolment_id, transaction_id) WHERE (transaction_id IS NOT NULL);


--
-- Name: sessions_expiry; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX sessions_expiry ON public.sessions USING btree (expires_at);


--
-- Name: support_files_device; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX support_files_device ON public.support_files USING btree (device_id, added_at);


--
-- Name: users_last_name; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX users_last_name ON public.users USING btree (lower("substring"(display_name, '[^ ]+$'::text)) text_pattern_ops);


--
-- Name: users_name; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX users_name ON public.users USING btree (lower(display_name) text_pattern_ops);


--
-- Name: users_username; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX users_username ON public.users USING btree (username text_pattern_ops);


--
-- Name: waiting_work_device; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX waiting_work_device ON public.waiting_work USING btree (device_id, kind) WHERE (outcome IS NULL);


--
-- Name: waiting_work_expiry; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX waiting_work_expiry ON public.waiting_work USING btree (expires_at) WHERE (outcome IS NULL);


--
-- Name: audit audit_is_append_only; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER audit_is_append_only BEFORE DELETE OR UPDATE ON public.audit FOR EACH ROW EXECUTE FUNCTION public.refuse_change();


--
-- Name: audit audit_is_never_emptied; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER audit_is_never_emptied BEFORE TRUNCATE ON public.audit FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();


--
-- Name: certificates certificate_standing_changed; Type: TRIGGER; Schema: public; Owner: -
--

CREATE CONSTRAINT TRIGGER certificate_standing_changed AFTER UPDATE ON public.certificates DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((((old.revoked_at IS DISTINCT FROM new.revoked_at) OR (old.revocation_reason IS DISTINCT FROM new.revocation_reason)) OR (old.serial_number IS DISTINCT FROM new.serial_number))) EXECUTE FUNCTION public.raise_crl_revision();


--
-- Name: certificates certificate_was_added; Type: TRIGGER; Schema: public; Owner: -
--

CREATE CONSTRAINT TRIGGER certificate_was_added AFTER INSERT ON public.certificates DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.revoked_at IS NOT NULL)) EXECUTE FUNCTION public.raise_crl_revision();


--
-- Name: certificates certificate_was_removed; Type: TRIGGER; Schema: public; Owner: -
--

CREATE CONSTRAINT TRIGGER certificate_was_removed AFTER DELETE ON public.certificates DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((old.revoked_at IS NOT NULL)) EXECUTE FUNCTION public.raise_crl_revision();


--
-- Name: operation_events operation_events_are_append_only; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER operation_events_are_append_only BEFORE DELETE OR UPDATE ON public.operation_events FOR EACH ROW EXECUTE FUNCTION public.refuse_change_of_timeline();


--
-- Name: operation_events operation_events_are_never_emptied; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER operation_events_are_never_emptied BEFORE TRUNCATE ON public.operation_events FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change_of_timeline();


--
-- Name: certificates certificates_device_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.certificates
    ADD CONSTRAINT certificates_device_id_fkey FOREIGN KEY (device_id) REFERENCES public.devices(id);


--
-- Name: devices devices_owner_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.devices
    ADD CONSTRAINT devices_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES public.users(id);


--
-- Name: escrows escrows_device_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.escrows
    ADD CONSTRAINT escrows_device_id_fkey FOREIGN KEY (device_id) REFERENCES public.devices(id);


--
-- Name: mobile_enrolments mobile_enrolments_device_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.mobile_enrolments
    ADD CONSTRAINT mobile_enrolments_device_id_fkey FOREIGN KEY (device_id) REFERENCES public.devices(id);


--
-- Name: mobile_enrolments mobile_enrolments_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.mobile_enrolments
    ADD CONSTRAINT mobile_enrolments_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);


--
-- Name: notices notices_device_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.notices
    ADD CONSTRAINT notices_device_id_fkey FOREIGN KEY (device_id) REFERENCES public.devices(id);


--
-- Name: notices notices_owner_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.notices
    ADD CONSTRAINT notices_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES public.users(id);


--
-- Name: operations operations_device_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.operations
    ADD CONSTRAINT operations_device_id_fkey FOREIGN KEY (device_id) REFERENCES public.devices(id);


--
-- Name: operations operations_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.operations
    ADD CONSTRAINT operations_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);


--
-- Name: passkeys passkeys_device_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.passkeys
    ADD CONSTRAINT passkeys_device_id_fkey FOREIGN KEY (device_id) REFERENCES public.devices(id);


--
-- Name: quotas quotas_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.quotas
    ADD CONSTRAINT quotas_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;


--
-- Name: scep_requests scep_requests_certificate_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.scep_requests
    ADD CONSTRAINT scep_requests_certificate_id_fkey FOREIGN KEY (certificate_id) REFERENCES public.certificates(id);


--
-- Name: scep_requests scep_requests_enrolment_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.scep_requests
    ADD CONSTRAINT scep_requests_enrolment_id_fkey FOREIGN KEY (enrolment_id) REFERENCES public.mobile_enrolments(id);


--
-- Name: sessions sessions_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;


--
-- Name: support_files support_files_device_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.support_files
    ADD CONSTRAINT support_files_device_id_fkey FOREIGN KEY (device_id) REFERENCES public.devices(id);


--
-- Name: waiting_work waiting_work_asked_by_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.waiting_work
    ADD CONSTRAINT waiting_work_asked_by_id_fkey FOREIGN KEY (asked_by_id) REFERENCES public.users(id);


--
-- Name: waiting_work waiting_work_device_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.waiting_work
    ADD CONSTRAINT waiting_work_device_id_fkey FOREIGN KEY (device_id) REFERENCES public.devices(id);


--
-- PostgreSQL database dump complete
--


