//! Addresses, connections, proxies and what stands before a server.

use super::details;

details! {
    /// Addresses, connections, proxies and what stands before a server.
    ConnectionDetail {
        AddressInvalid => AddressInvalid, error_address_invalid, hint_address_invalid;
        AddressHasLogin => AddressInvalid, error_address_has_login, hint_address_has_login;
        AddressInsecure => AddressInsecure, error_address_insecure, hint_address_insecure;
        TargetInsecure { host: String } => AddressInsecure, error_target_insecure, error_target_insecure_hint;
        HostUnreachable { host: String } => HostUnreachable, error_host_unreachable, hint_host_unreachable;
        ProxyUnreachable { proxy: String } => HostUnreachable, error_proxy, error_proxy_hint;
        SystemProxyUnreachable => HostUnreachable, error_proxy_unnamed, error_proxy_hint;
        ProxyNeedsLogin => HostUnreachable, error_proxy_login, error_proxy_login_hint;
        ProxyRefused { host: String } => HostUnreachable, error_proxy_refusal, error_proxy_refusal_hint;
        TlsExpired { host: String } => TlsFailed, tls_expired, tls_expired_hint;
        TlsName { host: String } => TlsFailed, tls_name, tls_name_hint;
        TlsIssuer { host: String } => TlsFailed, tls_issuer, tls_issuer_hint;
        TlsSelfSigned { host: String } => TlsFailed, tls_self_signed, tls_self_signed_hint;
        TlsFailed { host: String } => TlsFailed, error_tls_failed, hint_tls_failed;
        NoCertificateStore => TlsFailed, error_no_certificate_store, hint_no_certificate_store;
        TimedOut { host: String } => TimedOut, error_timed_out, hint_timed_out;
        ConnectionLost { host: String } => ConnectionLost, error_connection_lost, hint_connection_lost;
        NotNodeWarden { host: String } => NotNodeWarden, error_not_node_warden, hint_not_node_warden;
        PageForFile { host: String } => NotNodeWarden, error_page_for_file, hint_page_for_file;
        WantsHttps { host: String } => NotNodeWarden, error_https, error_https_hint;
        AccessGateway { host: String } => NotNodeWarden, error_gateway, error_gateway_hint;
        Firewall { host: String } => NotNodeWarden, error_firewall, error_firewall_hint;
        CloudflareBlocked { host: String, number: u16 } => NotNodeWarden, cloudflare_blocked, cloudflare_blocked_hint;
        CloudflareRate { host: String } => RateLimited, cloudflare_rate, cloudflare_rate_hint;
        CloudflareDaily { host: String } => RateLimited, cloudflare_daily, cloudflare_daily_hint;
        CloudflareCrashed { host: String } => ServerFailed, cloudflare_crashed, cloudflare_crashed_hint;
        CloudflareLimits { host: String } => ServerFailed, cloudflare_limits, cloudflare_limits_hint;
        CloudflareLost { host: String, number: u16 } => HostUnreachable, cloudflare_lost, cloudflare_lost_hint;
        CloudflareOrigin { host: String, number: u16 } => ServerFailed, cloudflare_origin, cloudflare_origin_hint;
        CloudflareCertificate { host: String, number: u16 } => ServerFailed, cloudflare_certificate, cloudflare_certificate_hint;
        CloudflareNowhere { host: String, number: u16 } => ServerFailed, cloudflare_nowhere, cloudflare_nowhere_hint;
        CloudflarePage { host: String, number: u16 } => ServerFailed, cloudflare_page, cloudflare_page_hint;
        HeaderTaken { header: String } => InvalidRequest, error_header_taken, hint_header_taken;
        HeaderInvalid { header: String } => InvalidRequest, error_header_invalid, hint_header_invalid;
        HeaderValueMissing { header: String } => KeyringUnavailable, error_header_value_missing, hint_header_value_missing;
        ProxyLoginMissing => KeyringUnavailable, error_proxy_login_missing, hint_proxy_login_missing;
        ProxyInvalid => InvalidRequest, error_proxy_invalid, hint_proxy_invalid;
        CertificateUnusable { path: String } => InvalidRequest, error_certificate_unusable, hint_certificate_unusable;
    }
}
