//! TLS as the web config file wants it.

use std::fmt;
use std::sync::Arc;

use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{CryptoProvider, SupportedKxGroup, aws_lc_rs, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName, Error, RootCertStore, ServerConfig, SignatureScheme,
    version,
};
use x509_parser::prelude::{FromDer, GeneralName, X509Certificate};

use crate::config::{ClientAuth, Curve, TlsServer, TlsVersion, WebConfigError};

/// What a connection is greeted with.
///
/// # Errors
/// One line: which certificate, key, suite or authority cannot be used.
pub(super) fn server_config(tls: &TlsServer, http2: bool) -> Result<Arc<ServerConfig>, WebConfigError> {
    let provider = Arc::new(provider(tls)?);
    let versions: Vec<_> = [(TlsVersion::Tls12, &version::TLS12), (TlsVersion::Tls13, &version::TLS13)]
        .into_iter()
        .filter(|(version, _)| (tls.min_version..=tls.max_version).contains(version))
        .map(|(_, version)| version)
        .collect();
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_protocol_versions(&versions)
        .map_err(|error| invalid("cipher_suites", error))?;
    let builder = match verifier(tls, &provider)? {
        Some(verifier) => builder.with_client_cert_verifier(verifier),
        None => builder.with_no_client_auth(),
    };
    let chain = CertificateDer::pem_slice_iter(tls.certificate()?.as_bytes())
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| invalid("cert", error))?;
    if chain.is_empty() {
        return Err(invalid("cert", "holds no certificate"));
    }
    let key = PrivateKeyDer::from_pem_slice(tls.private_key()?.as_bytes()).map_err(|error| invalid("key", error))?;
    let mut config = builder.with_single_cert(chain, key).map_err(|error| invalid("cert and key", error))?;
    config.ignore_client_order = tls.prefer_server_cipher_suites;
    config.alpn_protocols = if http2 { vec![b"h2".to_vec(), b"http/1.1".to_vec()] } else { vec![b"http/1.1".to_vec()] };
    Ok(Arc::new(config))
}

fn invalid(what: &str, reason: impl fmt::Display) -> WebConfigError {
    WebConfigError::Invalid { path: format!("tls_server_config.{what}"), reason: reason.to_string() }
}

/// Suites and groups in the wanted order.
fn provider(tls: &TlsServer) -> Result<CryptoProvider, WebConfigError> {
    let mut provider = aws_lc_rs::default_provider();
    if !tls.cipher_suites.is_empty() {
        let of_13 = provider.cipher_suites.iter().filter(|suite| suite.tls13().is_some()).copied();
        let wanted = tls.cipher_suites.iter().map(|name| {
            // Go also knows two of them by a shorter name.
            let is_it = |known: &str| known == name || known.strip_suffix("_SHA256") == Some(name.as_str());
            let found = provider
                .cipher_suites
                .iter()
                .find(|suite| suite.tls13().is_none() && suite.suite().as_str().is_some_and(is_it));
            found.copied().ok_or_else(|| {
                let known = provider.cipher_suites.iter().filter(|suite| suite.tls13().is_none());
                let known: Vec<&str> = known.filter_map(|suite| suite.suite().as_str()).collect();
                invalid("cipher_suites", format!("{name:?} is not one of {}", known.join(", ")))
            })
        });
        let wanted = wanted.collect::<Result<Vec<_>, _>>()?;
        provider.cipher_suites = of_13.chain(wanted).collect();
    }
    if !tls.curve_preferences.is_empty() {
        provider.kx_groups = tls.curve_preferences.iter().map(|curve| group(*curve)).collect::<Result<_, _>>()?;
    }
    Ok(provider)
}

fn group(curve: Curve) -> Result<&'static dyn SupportedKxGroup, WebConfigError> {
    Ok(match curve {
        Curve::CurveP256 => aws_lc_rs::kx_group::SECP256R1,
        Curve::CurveP384 => aws_lc_rs::kx_group::SECP384R1,
        Curve::CurveP521 => {
            return Err(invalid("curve_preferences", "CurveP521 is not offered; take CurveP384 or X25519"));
        }
        Curve::X25519 => aws_lc_rs::kx_group::X25519,
        Curve::X25519MLKEM768 => aws_lc_rs::kx_group::X25519MLKEM768,
    })
}

fn verifier(
    tls: &TlsServer,
    provider: &Arc<CryptoProvider>,
) -> Result<Option<Arc<dyn ClientCertVerifier>>, WebConfigError> {
    let any = |is_mandatory| -> Arc<dyn ClientCertVerifier> {
        Arc::new(AnyCertificate { provider: Arc::clone(provider), is_mandatory })
    };
    let verifier = match tls.client_auth_type {
        ClientAuth::NoClientCert => return Ok(None),
        ClientAuth::RequestClientCert => any(false),
        ClientAuth::RequireAnyClientCert => any(true),
        ClientAuth::VerifyClientCertIfGiven => known(tls, provider, false)?,
        ClientAuth::RequireAndVerifyClientCert => known(tls, provider, true)?,
    };
    Ok(Some(if tls.client_allowed_sans.is_empty() {
        verifier
    } else {
        Arc::new(OfNames { verifier, names: tls.client_allowed_sans.clone() })
    }))
}

fn known(
    tls: &TlsServer,
    provider: &Arc<CryptoProvider>,
    is_mandatory: bool,
) -> Result<Arc<dyn ClientCertVerifier>, WebConfigError> {
    let mut authorities = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(tls.client_authorities()?.unwrap_or_default().as_bytes()) {
        let certificate = certificate.map_err(|error| invalid("client_ca", error))?;
        authorities.add(certificate).map_err(|error| invalid("client_ca", error))?;
    }
    let builder = WebPkiClientVerifier::builder_with_provider(Arc::new(authorities), Arc::clone(provider));
    let builder = if is_mandatory { builder } else { builder.allow_unauthenticated() };
    match builder.build() {
        Ok(verifier) => Ok(verifier),
        Err(error) => Err(invalid("client_ca", error)),
    }
}

/// Takes any certificate whose key the client holds, whoever signed it.
#[derive(Debug)]
struct AnyCertificate {
    provider: Arc<CryptoProvider>,
    is_mandatory: bool,
}

impl ClientCertVerifier for AnyCertificate {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signature, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }

    fn client_auth_mandatory(&self) -> bool {
        self.is_mandatory
    }
}

/// Takes what the other verifier takes, where the certificate names one of the wanted.
#[derive(Debug)]
struct OfNames {
    verifier: Arc<dyn ClientCertVerifier>,
    names: Vec<String>,
}

impl ClientCertVerifier for OfNames {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        self.verifier.root_hint_subjects()
    }

    fn verify_client_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        let verified = self.verifier.verify_client_cert(certificate, intermediates, now)?;
        let refused = || Error::InvalidCertificate(CertificateError::ApplicationVerificationFailure);
        let named = alternative_names(certificate).ok_or_else(refused)?;
        if named.iter().any(|name| self.names.contains(name)) { Ok(verified) } else { Err(refused()) }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.verifier.supported_verify_schemes()
    }

    fn client_auth_mandatory(&self) -> bool {
        self.verifier.client_auth_mandatory()
    }
}

/// DNS names, addresses, e-mail addresses and URIs that a certificate is for.
fn alternative_names(certificate: &CertificateDer<'_>) -> Option<Vec<String>> {
    let (_, parsed) = X509Certificate::from_der(certificate).ok()?;
    let names = parsed.subject_alternative_name().ok()??;
    let text = |name: &GeneralName<'_>| match name {
        GeneralName::DNSName(name) | GeneralName::RFC822Name(name) | GeneralName::URI(name) => Some((*name).to_owned()),
        GeneralName::IPAddress(bytes) => address(bytes),
        _ => None,
    };
    Some(names.value.general_names.iter().filter_map(text).collect())
}

fn address(bytes: &[u8]) -> Option<String> {
    let four = <[u8; 4]>::try_from(bytes).ok().map(|bytes| std::net::IpAddr::from(bytes).to_string());
    four.or_else(|| <[u8; 16]>::try_from(bytes).ok().map(|bytes| std::net::IpAddr::from(bytes).to_string()))
}
